import { invalid, parseError } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'

const EMAIL = /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+\.[^\s@<>()[\],;:\\"]+$/
const RESPONSES = ['needsAction', 'declined', 'tentative', 'accepted']

export function readAttendees(value: Json | undefined): JsonObject[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) return parseError()
  const byEmail = new Map<string, JsonObject>()
  for (const item of value) {
    const attendee = readAttendee(item)
    byEmail.set(String(attendee.email).toLowerCase(), attendee)
  }
  return byEmail.size > 0 ? [...byEmail.values()] : undefined
}

function readAttendee(value: Json): JsonObject {
  if (!isObject(value)) return parseError()
  const { email, displayName, optional, resource, responseStatus, comment, additionalGuests } = value
  if (typeof email !== 'string' || !EMAIL.test(email)) return invalid('Invalid attendee email.')
  const response = responseStatus ?? 'needsAction'
  if (typeof response !== 'string' || !RESPONSES.includes(response))
    return invalid('Invalid attendee response status.')
  return compact({
    email,
    displayName: typeof displayName === 'string' && displayName !== '' ? displayName : undefined,
    resource: resource === true ? true : undefined,
    optional: optional === true ? true : undefined,
    responseStatus: response,
    comment: typeof comment === 'string' && comment !== '' ? comment : undefined,
    additionalGuests:
      typeof additionalGuests === 'number' && additionalGuests > 0 ? Math.floor(additionalGuests) : undefined,
  })
}

export function attendeesOf(fields: JsonObject): JsonObject[] {
  return (fields.attendees ?? []) as JsonObject[]
}

/** Addresses are the same whatever their case. */
export function sameAddress(one: unknown, other: string | undefined): boolean {
  return String(one).toLowerCase() === other?.toLowerCase()
}

/** The guests' addresses, in lower case. */
export function addressesOf(fields: JsonObject | undefined): Set<string> {
  return new Set(fields ? attendeesOf(fields).map(({ email }) => String(email).toLowerCase()) : [])
}

/** `organizer` and `self` are the server's to say. */
export function renderAttendees(
  fields: JsonObject,
  organizer: string,
  self: string,
): JsonObject[] | undefined {
  const attendees = attendeesOf(fields)
  if (attendees.length === 0) return undefined
  return attendees.map(({ email, displayName, ...rest }) =>
    compact({
      email,
      displayName,
      organizer: sameAddress(email, organizer) ? true : undefined,
      self: sameAddress(email, self) ? true : undefined,
      ...rest,
    }),
  )
}
