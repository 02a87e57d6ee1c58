import type { ApiCall } from '../wire/call.ts'
import type { JsonObject } from '../wire/json.ts'
import { sameAddress } from './attendees.ts'
import { EVENTS_FREEBUSY } from './methods.ts'
import { renderBusy, renderEvent } from './render-event.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'
import { requestedZone, trimAttendees } from './view-options.ts'

/** By scope or by role, the caller sees when somebody is busy and no more. */
export function seesBusyOnly(call: ApiCall, calendar: StoredCalendar): boolean {
  const scoped = call.scopes.every(scope => scope === EVENTS_FREEBUSY)
  return scoped || calendar.roleOf(call.user) === 'freeBusyReader'
}

/** How the caller sees an event: of private ones, some roles see only when they are. */
export function eventView(call: ApiCall, calendar: StoredCalendar): (event: StoredEvent) => JsonObject {
  const zone = requestedZone(call) ?? calendar.properties.timeZone
  const busyOnly = seesBusyOnly(call, calendar)
  const role = calendar.roleOf(call.user)
  const outsider = role === 'reader' || role === 'writerWithoutPrivateAccess'
  return event => {
    const { visibility } = event.fields
    const hidden = busyOnly || (outsider && (visibility === 'private' || visibility === 'confidential'))
    const render = hidden ? renderBusy : renderEvent
    return trimAttendees(call, hideSource(call, event, render(event, calendar, call.world, zone)))
  }
}

/** Where an event comes from is told to nobody but its creator (Calendar API, "Events": `source`). */
function hideSource({ user }: ApiCall, { creator }: StoredEvent, resource: JsonObject): JsonObject {
  if (resource.source === undefined || sameAddress(creator, user.email)) return resource
  const { source: _, ...rest } = resource
  return rest
}
