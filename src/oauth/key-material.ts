import { ConfigError } from '../errors.ts'

/** A key as the host gives it: 32 bytes, raw or as base64, base64url or hex text. */
export interface KeyringKey {
  readonly id: string
  readonly key: Uint8Array | string
}

export interface KeyringSecrets {
  /** Seals everything new. */
  readonly current: KeyringKey
  /** Only open what was sealed before. Add a new key here everywhere before making it the current one. */
  readonly previous?: readonly KeyringKey[] | undefined
}

export interface ReadKey {
  readonly id: string
  readonly bytes: Buffer
}

export const KEY_BYTES = 32
export const MAX_KEYS = 16
/** Short enough that a key pasted in place of its id is refused, and so never repeated in a message. */
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/

const MAKE_ONE = `node -e "console.log(require('node:crypto').randomBytes(32).toString('base64'))"`

export function isKeyId(id: unknown): id is string {
  return typeof id === 'string' && KEY_ID.test(id)
}

/** Checks the keys, current first, and names every fault at once: by the key's id, never by its bytes. */
export function readKeys(secrets: KeyringSecrets | undefined): readonly [ReadKey, ...ReadKey[]] {
  const issues: string[] = []
  const read = (given: KeyringKey | undefined, place: string): ReadKey | undefined => {
    const made = readKey(given, place)
    if (typeof made !== 'string') return made
    issues.push(made)
    return undefined
  }
  const current = read(secrets?.current, 'secrets.current')
  const given: unknown = secrets?.previous ?? []
  const previous: readonly KeyringKey[] = Array.isArray(given) ? given : []
  if (!Array.isArray(given)) issues.push('secrets.previous: pass a list of { id, key }.')
  const others = previous.slice(0, MAX_KEYS).map((key, index) => read(key, `secrets.previous[${index}]`))
  if (previous.length >= MAX_KEYS) issues.push(`secrets: at most ${MAX_KEYS} keys, and this has more.`)
  const keys = [current, ...others].filter(key => key !== undefined)
  const ids = keys.map(key => key.id)
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
    issues.push(`secrets: the key id "${id}" is used twice; give each key an id of its own.`)
  if (issues.length > 0 || current === undefined) throw new ConfigError(issues)
  return [current, ...keys.slice(1)]
}

function readKey(given: KeyringKey | undefined, place: string): ReadKey | string {
  if (given === undefined || given === null) return missing(place)
  if (!isKeyId(given.id))
    return `${place}.id: 1 to 32 of A-Z, a-z, 0-9, "-" and "_", such as "2026"; it is kept beside what it seals.`
  const { key } = given
  if (key === undefined || key === null || key === '') return missing(`${place}.key ("${given.id}")`)
  const bytes = typeof key === 'string' ? decodeKey(key.trim()) : copyOf(key)
  if (bytes?.length !== KEY_BYTES)
    return `${place}.key ("${given.id}") has to be ${KEY_BYTES} bytes, raw or as base64 or hex. Make one: ${MAKE_ONE}`
  if (bytes.every(byte => byte === 0))
    return `${place}.key ("${given.id}") is all zeros, which is a placeholder. Make one: ${MAKE_ONE}`
  return { id: given.id, bytes }
}

function missing(place: string): string {
  return `${place} is missing: a 32-byte key that seals tokens in your database. Make one: ${MAKE_ONE}`
}

function copyOf(key: unknown): Buffer | undefined {
  return key instanceof Uint8Array ? Buffer.from(key) : undefined
}

function decodeKey(text: string): Buffer | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex')
  if (/^[A-Za-z0-9+/]{43}=?$/.test(text)) return Buffer.from(text, 'base64')
  if (/^[A-Za-z0-9_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64url')
  return undefined
}
