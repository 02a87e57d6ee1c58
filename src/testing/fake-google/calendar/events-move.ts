import type { ApiCall } from '../wire/call.ts'
import { notFound, refuse, required } from '../wire/envelope.ts'
import type { Reply } from '../wire/reply.ts'
import { writableCalendar } from './access.ts'
import { eventReply } from './event-reply.ts'
import { refuseEventType } from './event-rules.ts'
import { mailGuests, sendUpdatesOf } from './guest-mail.ts'
import { moveEvent } from './move-event.ts'
import { findInstance } from './series.ts'

/** Calendar API, "Events: move". */
export function move(call: ApiCall): Reply {
  const destination = call.query.get('destination') || required('Required')
  const from = writableCalendar(call)
  const to = writableCalendar({ ...call, calendarId: destination })
  const sendUpdates = sendUpdatesOf(call)
  const event =
    from.events.get(call.eventId) ?? findInstance(call.eventId, from, call.world.zones) ?? notFound()
  if (event.recurringEventId !== undefined)
    refuse(400, 'calendar', 'cannotChangeOrganizerOfInstance', 'Cannot change the organizer of an instance.')
  if (event.organizer !== undefined || event.status === 'cancelled')
    refuse(400, 'calendar', 'cannotChangeOrganizer', 'Cannot change the organizer of this event.')
  if (event.fields.eventType !== undefined) refuseEventType(String(event.fields.eventType))
  if (from === to) return eventReply(call, to, event)
  const before = event.fields
  const moved = moveEvent({ ...call, calendar: from }, event, to)
  mailGuests(call, to, moved, before, sendUpdates)
  return eventReply(call, to, moved)
}
