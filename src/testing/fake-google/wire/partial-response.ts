import type { Call } from './call.ts'
import { backendError } from './envelope.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import type { Reply } from './reply.ts'

/** A parsed `fields` mask; null keeps the whole value. */
interface Mask {
  [name: string]: Mask | null
}

/** `fields=items(id,etag),nextPageToken` and `a/b`: partial responses. */
export function applyFields(call: Call, reply: Reply): Reply {
  const fields = call.query.get('fields')
  if (fields === null || fields === '' || reply.status !== 200 || reply.json === undefined) return reply
  const mask = parseMask(fields)
  if (!mask) {
    const place = { locationType: 'parameter', location: 'fields' }
    return backendError(400, 'global', 'invalidParameter', `Invalid field selection ${fields}`, place)
  }
  return { ...reply, json: select(reply.json, mask) }
}

function select(value: Json, mask: Mask | null): Json {
  if (mask === null || mask['*'] === null) return value
  if (Array.isArray(value)) return value.map(item => select(item, mask))
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    const inner = mask[key] ?? (mask['*'] || undefined)
    if (item !== undefined && (key in mask || inner)) result[key] = select(item, inner ?? null)
  }
  return result
}

function parseMask(text: string): Mask | undefined {
  const tokens = text.match(/[A-Za-z0-9_*]+|[(),/]/g)
  if (!tokens || tokens.join('') !== text.replaceAll(' ', '')) return undefined
  const mask = parseList(tokens)
  return mask && tokens.length === 0 ? mask : undefined
}

/** Consumes the tokens it reads. */
function parseList(tokens: string[]): Mask | undefined {
  const mask: Mask = Object.create(null)
  for (;;) {
    const entry = parseEntry(tokens)
    if (!entry) return undefined
    mask[entry.name] = entry.mask
    if (tokens[0] !== ',') return mask
    tokens.shift()
  }
}

function parseEntry(tokens: string[]): { name: string; mask: Mask | null } | undefined {
  const name = tokens.shift()
  if (name === undefined || /[(),/]/.test(name)) return undefined
  if (tokens[0] === '/') {
    tokens.shift()
    const inner = parseEntry(tokens)
    return inner && { name, mask: { [inner.name]: inner.mask } }
  }
  if (tokens[0] !== '(') return { name, mask: null }
  tokens.shift()
  const mask = parseList(tokens)
  return mask && tokens.shift() === ')' ? { name, mask } : undefined
}
