import { CalendarSyncError, StoreError } from '../../errors.ts'

/** Only what decides: try again, or what to tell the operator. */
export type Trouble =
  | 'busy'
  | 'cannot-open'
  | 'damaged'
  | 'read-only'
  | 'full'
  | 'no-table'
  | 'refused'
  | 'unreachable'
  | 'no-access'
  | 'lost'
  | 'other'

const SQLITE: Readonly<Record<number, Trouble>> = {
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  11: 'damaged',
  13: 'full',
  14: 'cannot-open',
  19: 'refused',
  26: 'damaged',
}

const SQLITE_NAMES: readonly (readonly [string, Trouble])[] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_CANTOPEN', 'cannot-open'],
  ['SQLITE_CONSTRAINT', 'refused'],
]

// SQLSTATE of Postgres and errno of MySQL; its `code` strings are wrong for MariaDB.
const POSTGRES: Readonly<Record<string, Trouble>> = {
  '40001': 'busy',
  '40P01': 'busy',
  '55P03': 'busy',
  '42P01': 'no-table',
  '3F000': 'no-table',
  '25006': 'read-only',
  '53100': 'full',
  '23505': 'refused',
  '28P01': 'no-access',
  '28000': 'no-access',
  '3D000': 'no-access',
  '42501': 'no-access',
  '53300': 'unreachable',
  '57P03': 'unreachable',
  '57P01': 'lost',
  '57P02': 'lost',
  '08000': 'lost',
  '08003': 'lost',
  '08006': 'lost',
}

/** Of the socket, and mysql2's own. */
const NETWORK: Readonly<Record<string, Trouble>> = {
  ECONNREFUSED: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  ETIMEDOUT: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOENT: 'unreachable',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  PROTOCOL_CONNECTION_LOST: 'lost',
}

/** Drivers say these without a code. */
const LOST = /^Connection terminated|closed state|not queryable|connection error and is not/i
const NO_CONNECTION = /timeout (?:expired|exceeded) when trying to connect|connection timeout/i

const MYSQL: Readonly<Record<number, Trouble>> = {
  1205: 'busy',
  1213: 'busy',
  1020: 'busy',
  1146: 'no-table',
  1290: 'read-only',
  1021: 'full',
  1062: 'refused',
  1040: 'unreachable',
  1044: 'no-access',
  1045: 'no-access',
  1049: 'no-access',
  1142: 'no-access',
  1053: 'lost',
  1927: 'lost',
  2006: 'lost',
  2013: 'lost',
}

/** MySQL has no `create index if not exists`: 1061 duplicate index, 1050 existing table. */
export const alreadyThere = (error: unknown): boolean => {
  const errno = fields(error).errno
  return errno === 1061 || errno === 1050
}

export function troubleOf(error: unknown): Trouble {
  const { errcode, errno, code, message } = fields(error)
  if (typeof errcode === 'number') {
    if (typeof message === 'string' && message.startsWith('no such table')) return 'no-table'
    return SQLITE[errcode & 0xff] ?? 'other'
  }
  if (typeof code === 'string') {
    const known = SQLITE_NAMES.find(([name]) => code.startsWith(name))
    if (known) return known[1]
    if (code.startsWith('SQLITE_')) {
      return typeof message === 'string' && message.startsWith('no such table') ? 'no-table' : 'other'
    }
    const named = POSTGRES[code] ?? NETWORK[code]
    if (named) return named
  }
  const numbered = typeof errno === 'number' ? MYSQL[errno] : undefined
  if (numbered) return numbered
  if (typeof message !== 'string') return 'other'
  return LOST.test(message) ? 'lost' : NO_CONNECTION.test(message) ? 'unreachable' : 'other'
}

const ADVICE: Readonly<Record<Trouble, string>> = {
  busy: 'It stayed locked by other writers for too long; look for a long transaction on it.',
  'cannot-open':
    'It cannot be opened: create the directory it lies in, and let this process write there (SQLite keeps two files beside it).',
  damaged: 'It is damaged or no SQLite database: restore a backup, or name another file.',
  'read-only': 'It is read-only: let this process write it and its directory.',
  full: 'Its disk is full.',
  'no-table': 'A table is missing: run `await stores.migrate()` once before use.',
  unreachable:
    'It cannot be reached: is it running, are host and port right, and does it take one more connection?',
  'no-access':
    'It refused the login, the database or the table: check user, password, database name and rights.',
  lost: 'The connection was lost, and with it the answer: what was under way was done as a whole or not at all.',
  refused: 'It refused a row that breaks a constraint.',
  other: 'The driver error is the cause.',
}

const FINAL: ReadonlySet<Trouble> = new Set(['cannot-open', 'damaged', 'read-only', 'no-table', 'refused'])

/** The driver's own message may quote values, so it stays in `cause`. */
export function storeError(error: unknown, store: string): CalendarSyncError {
  if (CalendarSyncError.is(error)) return error
  const trouble = troubleOf(error)
  return new StoreError(`${store} failed${whereOf(error)}. ${ADVICE[trouble]}`, {
    cause: error,
    retryable: !FINAL.has(trouble),
    ...(trouble === 'no-table' && { code: 'store-schema' as const }),
  })
}

/** The code, and for connections the address; both are the operator's own. */
function whereOf(error: unknown): string {
  const { code, errno, address, port } = fields(error)
  const name = typeof code === 'string' ? code : errno
  if (typeof name !== 'string' && typeof name !== 'number') return ''
  return ` (${name}${typeof address === 'string' && typeof port === 'number' ? ` at ${address}:${port}` : ''})`
}

interface DriverFields {
  readonly errcode?: unknown
  readonly errno?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly address?: unknown
  readonly port?: unknown
}

const fields = (error: unknown): DriverFields => {
  if (typeof error !== 'object' || error === null) return {}
  // A host name with several addresses fails with one error for each.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : []
  return (first ?? error) as DriverFields
}
