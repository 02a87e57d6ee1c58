import type { Call } from '../wire/call.ts'
import { invalidParameter } from '../wire/envelope.ts'
import { isObject, type JsonObject } from '../wire/json.ts'
import { integerParameter } from '../wire/parameters.ts'

/** The zone that times are answered in, when the caller names one. */
export function requestedZone(call: Call): string | undefined {
  const zone = call.query.get('timeZone')
  if (zone === null || zone === '') return undefined
  return call.world.zones.has(zone) ? zone : invalidParameter('timeZone', `Invalid value for: ${zone}`)
}

/** Of more guests than asked for, only the participant is told (Calendar API, "Events: list"). */
export function trimAttendees(call: Call, resource: JsonObject): JsonObject {
  if (!call.query.has('maxAttendees') || !Array.isArray(resource.attendees)) return resource
  const max = integerParameter(call.query, 'maxAttendees', 1, Number.MAX_SAFE_INTEGER)
  if (resource.attendees.length <= max) return resource
  const participant = resource.attendees.filter(guest => isObject(guest) && guest.self === true)
  const trimmed: JsonObject = {}
  for (const [key, value] of Object.entries(resource)) {
    if (key !== 'attendees') trimmed[key] = value
    else Object.assign(trimmed, { attendees: participant, attendeesOmitted: true })
  }
  return trimmed
}
