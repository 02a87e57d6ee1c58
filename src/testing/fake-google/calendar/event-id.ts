import { invalid } from '../wire/envelope.ts'
import type { Json } from '../wire/json.ts'

/** base32hex in lower case, 5 to 1024 characters (Calendar API, "Events: insert"). */
const EVENT_ID = /^[0-9a-v]{5,1024}$/
const BASE32HEX = '0123456789abcdefghijklmnopqrstuv'

/** What of `id` and `iCalUID` an insert chose; both at once are refused (observed). */
export function readIds(id: Json | undefined, iCalUID: Json | undefined, newId: () => string) {
  const hasId = id !== undefined && id !== null && id !== ''
  const hasUid = iCalUID !== undefined && iCalUID !== null && iCalUID !== ''
  if (hasId && (hasUid || typeof id !== 'string' || !EVENT_ID.test(id)))
    return invalid('Invalid resource id value.')
  const eventId = hasId ? String(id) : newId()
  return { id: eventId, iCalUID: hasUid ? String(iCalUID) : `${eventId}@google.com` }
}

/** The id of an event that came from elsewhere, made of its iCalUID (decoded from captures). */
export function importedId(iCalUID: string): string {
  return `_${base32hex(iCalUID)}`
}

function base32hex(text: string): string {
  let result = ''
  let bits = 0
  let held = 0
  for (const byte of Buffer.from(text)) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) result += BASE32HEX[(held >> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return bits > 0 ? result + BASE32HEX[(held << (5 - bits)) & 31] : result
}
