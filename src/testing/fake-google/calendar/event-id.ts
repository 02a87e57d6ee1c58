import { invalid } from '../wire/envelope.ts'
import type { Json } from '../wire/json.ts'

/** base32hex in lower case, 5 to 1024 characters (Calendar API, "Events: insert"). */
const EVENT_ID = /^[0-9a-v]{5,1024}$/

/** What of `id` and `iCalUID` an insert chose; both at once are refused (observed). */
export function readIds(id: Json | undefined, iCalUID: Json | undefined, newId: () => string) {
  const hasId = id !== undefined && id !== null && id !== ''
  const hasUid = iCalUID !== undefined && iCalUID !== null && iCalUID !== ''
  if (hasId && (hasUid || typeof id !== 'string' || !EVENT_ID.test(id)))
    return invalid('Invalid resource id value.')
  const eventId = hasId ? String(id) : newId()
  return { id: eventId, iCalUID: hasUid ? String(iCalUID) : `${eventId}@google.com` }
}
