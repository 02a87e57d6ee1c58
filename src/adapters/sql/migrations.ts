import type { Dialect } from './dialect.ts'
import type { TableNames } from './tables.ts'

export interface MigrationScope {
  readonly dialect: Dialect
  readonly names: TableNames
  /** Index names are global in SQLite and Postgres schemas: they carry the prefix too. */
  readonly prefix: string
}

type Step = (scope: MigrationScope) => readonly string[]

type Kind = keyof Dialect['types']

/** `text?` is nullable. */
const table =
  (name: keyof TableNames, columns: Readonly<Record<string, Kind | `${Kind}?`>>, keys = ''): Step =>
  ({ dialect, names }) => {
    const lines = Object.entries(columns).map(([column, kind]) => {
      const type = dialect.types[kind.replace('?', '') as Kind]
      return `${column} ${type}${kind.endsWith('?') || kind === 'id' ? '' : ' not null'}`
    })
    if (keys) lines.push(keys)
    return [`create table if not exists ${names[name]} (${lines.join(', ')}) ${dialect.tableEnd}`]
  }

const index =
  (name: keyof TableNames, suffix: string, columns: string, unique = false): Step =>
  ({ dialect, names, prefix }) => {
    const absent = dialect.name === 'mysql' ? '' : 'if not exists '
    return [
      `create ${unique ? 'unique ' : ''}index ${absent}${prefix}${name}_${suffix} on ${names[name]} (${columns})`,
    ]
  }

/** Postgres asks for the right to create schemas before it looks whether this one is there. */
const createSchema = (schema: string): string =>
  `do $$ begin if to_regnamespace('${schema}') is null then create schema if not exists ${schema}; end if; end $$`

/** What the version itself is kept in. */
export const beginning = (
  { dialect, names }: MigrationScope,
  schema: string | undefined,
): readonly string[] => {
  const { int } = dialect.types
  return [
    ...(schema !== undefined && dialect.name === 'postgres' ? [createSchema(schema)] : []),
    `create table if not exists ${names.schema} (id ${int} not null primary key, version ${int} not null) ${dialect.tableEnd}`,
  ]
}

/**
 * Forward only, never edited once released. A step is one DDL statement, so that a database which commits each
 * (MySQL) can go on where it stopped; the position in this list is the schema's version.
 */
export const migrations: readonly Step[] = [
  ({ dialect, names }) => dialect.createCounter(names.counter),
  table(
    'tokens',
    { workspace_id: 'key', user_id: 'key', value: 'text', version: 'word' },
    'primary key (workspace_id, user_id)',
  ),
  table(
    'connections',
    {
      id: 'id',
      workspace_id: 'key',
      user_id: 'key',
      revision: 'int',
      epoch: 'int',
      settings_version: 'int',
      counter: 'int',
      subject: 'key?',
      due_at: 'int?',
      data: 'text',
    },
    'unique (workspace_id, user_id)',
  ),
  index('connections', 'subject', 'subject'),
  index('connections', 'due', 'due_at'),
  table('marks', {
    id: 'id',
    workspace_id: 'key',
    appointment_id: 'key',
    user_id: 'key?',
    lane: 'int',
    origin: 'word',
    verify: 'int',
    attempts: 'int',
    cause: 'word?',
    due_at: 'int',
  }),
  index('marks', 'ref', 'workspace_id, appointment_id'),
  index('marks', 'due', 'lane, due_at, id'),
  index('marks', 'account', 'lane, workspace_id, user_id, due_at'),
  table(
    'refs',
    { workspace_id: 'key', appointment_id: 'key', fence: 'int', hidden_until: 'int' },
    'primary key (workspace_id, appointment_id)',
  ),
  table('links', {
    id: 'id',
    workspace_id: 'key',
    appointment_id: 'key',
    connection_id: 'int',
    account_workspace_id: 'key',
    user_id: 'key',
    target: 'key',
    version: 'int',
    event_id: 'key',
    event: 'word',
    settings_version: 'int',
    behind: 'int',
    status: 'word',
    synced_at: 'int?',
    data: 'text',
  }),
  index('links', 'ref', 'workspace_id, appointment_id, connection_id, target', true),
  index('links', 'event', 'target, event_id', true),
  // Holds all that `stale` asks, so that it never reads the rows it passes over.
  index('links', 'account', 'connection_id, id, settings_version, behind, target'),
  index('links', 'status', 'connection_id, status, event'),
  index('links', 'synced', 'connection_id, synced_at'),
  table(
    'findings',
    {
      workspace_id: 'key',
      user_id: 'key',
      ref_workspace_id: 'key',
      appointment_id: 'key',
      kind: 'word',
      found_at: 'int',
    },
    'primary key (workspace_id, user_id, ref_workspace_id, appointment_id)',
  ),
  table(
    'authorizations',
    {
      id: 'key',
      workspace_id: 'key',
      user_id: 'key',
      sealed: 'text',
      position: 'int',
      expires_at: 'int',
    },
    'primary key (id)',
  ),
  index('authorizations', 'account', 'workspace_id, user_id, position'),
  index('authorizations', 'expiry', 'expires_at'),
  table('leases', { name: 'key', holder: 'key', held_until: 'int' }, 'primary key (name)'),
  table('identity', { id: 'int', value: 'text' }, 'primary key (id)'),
  table('budgets', { name: 'key', ends_at: 'int', data: 'text' }, 'primary key (name)'),
  index('budgets', 'end', 'ends_at'),
  table(
    'pull_hints',
    { workspace_id: 'key', user_id: 'key', hinted_at: 'int' },
    'primary key (workspace_id, user_id)',
  ),
  index('pull_hints', 'order', 'hinted_at, workspace_id, user_id'),
]
