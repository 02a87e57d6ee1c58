import type { ApiCall } from '../wire/call.ts'
import type { JsonObject } from '../wire/json.ts'
import { booleanParameter, choiceParameter } from '../wire/parameters.ts'
import { addressesOf, attendeesOf, sameAddress } from './attendees.ts'
import { countMails } from './creation-limits.ts'
import type { Mail, SendUpdates } from './mail.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'

/** Nobody is told unless asked for; `sendNotifications` is the deprecated form (Calendar API, "Events: insert"). */
export function sendUpdatesOf(call: ApiCall): SendUpdates {
  const choice = choiceParameter(call.query, 'sendUpdates', ['all', 'externalOnly', 'none'] as const)
  return choice ?? (booleanParameter(call.query, 'sendNotifications', false) ? 'all' : 'none')
}

/** Mails the guests about what became of an event that had the fields `before`, or was not there at all. */
export function mailGuests(
  call: ApiCall,
  calendar: StoredCalendar,
  event: StoredEvent,
  before: JsonObject | undefined,
  sendUpdates: SendUpdates,
): void {
  if (sendUpdates === 'none') return
  if (event.organizer === undefined) mailEachGuest(call, calendar, event, before, sendUpdates)
  else mailOrganizer(call, calendar, event, event.organizer, before, sendUpdates)
}

function mailEachGuest(
  call: ApiCall,
  calendar: StoredCalendar,
  event: StoredEvent,
  before: JsonObject | undefined,
  sendUpdates: SendUpdates,
): void {
  const invited = addressesOf(before)
  const now = event.status === 'cancelled' ? new Set<string>() : addressesOf(event.fields)
  let mails = 0
  const send = (to: string, kind: Mail['kind']) => {
    // `externalOnly` is for guests that do not use Google Calendar.
    if (
      sameAddress(to, calendar.owner.email) ||
      (sendUpdates === 'externalOnly' && call.world.users.byEmail(to))
    )
      return
    const { now: at, method } = call
    mails++
    call.world.outbox.send({ at, to, calendarId: calendar.id, eventId: event.id, kind, method, sendUpdates })
  }
  for (const to of now) send(to, invited.has(to) ? 'update' : 'invitation')
  for (const to of invited) if (!now.has(to)) send(to, 'cancellation')
  countMails(call, mails)
}

/** A guest's own writes concern the organizer alone, who hears of the answer. */
function mailOrganizer(
  { world, now: at, method }: ApiCall,
  calendar: StoredCalendar,
  event: StoredEvent,
  to: string,
  before: JsonObject | undefined,
  sendUpdates: SendUpdates,
): void {
  const answer = (fields: JsonObject | undefined) =>
    fields && attendeesOf(fields).find(({ email }) => sameAddress(email, calendar.id))?.responseStatus
  const declines = event.status === 'cancelled' && before !== undefined
  if (!declines && (answer(event.fields) ?? null) === (answer(before) ?? null)) return
  if (sendUpdates === 'externalOnly' && world.users.byEmail(to)) return
  const kind = 'response'
  world.outbox.send({ at, to, calendarId: calendar.id, eventId: event.id, kind, method, sendUpdates })
}
