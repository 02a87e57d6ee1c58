import { type ApiCall, jsonBody } from '../wire/call.ts'
import { invalid, refuse, required } from '../wire/envelope.ts'
import { isObject, type JsonObject } from '../wire/json.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { duplicate } from '../wire/standard-errors.ts'
import { writableCalendar } from './access.ts'
import { attendeesOf } from './attendees.ts'
import { readEventFields, readSequence, readStatus } from './event-fields.ts'
import { eventReply } from './event-reply.ts'
import { refuseEventType, timeRules } from './event-rules.ts'
import { updateEvent } from './event-writes.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { newEvent, type StoredEvent } from './stored-event.ts'

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv'

/** Calendar API, "Events: import": a private copy of an event that lives elsewhere. Invites nobody. */
export function importEvent(call: ApiCall): Reply {
  const calendar = writableCalendar(call)
  const body = jsonBody(call)
  const { id, iCalUID } = body
  if (id !== undefined && id !== null && id !== '') invalid('Invalid resource id value.')
  if (typeof iCalUID !== 'string' || iCalUID === '') return required('Required')
  if ((body.eventType ?? 'default') !== 'default') refuseEventType(String(body.eventType))
  const fields = readEventFields(body, timeRules(call.world, calendar))
  const organizer = isObject(body.organizer) ? body.organizer.email : undefined
  checkPart(calendar, fields, typeof organizer === 'string' ? organizer : undefined)
  const known = withUid(calendar, iCalUID)
  if (known) return again(call, calendar, known, body)
  const micros = calendar.stamp(call.now)
  const event = newEvent(
    {
      id: `_${base32hex(iCalUID)}`,
      iCalUID,
      createdMs: call.now,
      creator: call.user.email,
      organizer: typeof organizer === 'string' && organizer !== calendar.id ? organizer : undefined,
      fields,
      status: readStatus(body.status, 'confirmed'),
      sequence: readSequence(body.sequence, 0),
    },
    micros,
  )
  calendar.add(event)
  return eventReply(call, calendar, event)
}

/** One live test saw the event replaced, another client reports a 409. */
function again(call: ApiCall, calendar: StoredCalendar, known: StoredEvent, body: JsonObject): Reply {
  if (call.world.switches.importAgain === 'duplicate') throw new Refusal(duplicate())
  updateEvent({ ...call, calendar }, known, { status: 'confirmed', ...body })
  return eventReply(call, calendar, known)
}

/** The check is of the calendar's id, not of the human's address (observed). */
function checkPart(calendar: StoredCalendar, fields: JsonObject, organizer: string | undefined): void {
  const takesPart = attendeesOf(fields).some(({ email }) => email === calendar.id)
  if (organizer === undefined || organizer === calendar.id || takesPart) return
  const message =
    'The owner of the calendar must either be the organizer or an attendee of an event that is imported.'
  refuse(400, 'global', 'participantIsNeitherOrganizerNorAttendee', message)
}

function withUid(calendar: StoredCalendar, iCalUID: string): StoredEvent | undefined {
  const byId = calendar.events.get(`_${base32hex(iCalUID)}`)
  if (byId) return byId
  return calendar.order.find(
    event => event.iCalUID === iCalUID && event.recurringEventId === undefined && !event.purged,
  )
}

/** The ids of imported events (decoded from captures). */
export function base32hex(text: string): string {
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
