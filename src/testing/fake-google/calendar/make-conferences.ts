import type { World } from '../world/world.ts'
import { isPending, resolved } from './conference.ts'
import { tellGuests } from './guests/invite.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'

export function awaitConference(
  { conferences, switches }: World,
  calendar: StoredCalendar,
  event: StoredEvent,
  now: number,
): void {
  if (isPending(event.fields.conferenceData))
    conferences.add({ calendar, event, at: now + switches.conferencePendingMs })
}

/** Carries out the requests for a conference that are due. */
export function makeConferences(world: World, now: number): void {
  for (const { calendar, event } of world.conferences.takeDue(now)) {
    const { conferenceData } = event.fields
    if (event.purged || calendar.deleted || !isPending(conferenceData)) continue
    const before = event.fields
    calendar.change(event, now, { fields: { ...before, conferenceData: resolved(world, conferenceData) } })
    if (event.status !== 'cancelled') tellGuests({ world, now, calendar }, event, before)
  }
}
