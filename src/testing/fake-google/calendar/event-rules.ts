import { refuse } from '../wire/envelope.ts'
import type { JsonObject } from '../wire/json.ts'
import type { World } from '../world/world.ts'
import type { TimeRules } from './event-time.ts'
import type { StoredCalendar } from './stored-calendar.ts'

export function timeRules(world: World, calendar: StoredCalendar): TimeRules {
  const { dateTimeWithoutZone } = world.switches
  return { zones: world.zones, calendarZone: calendar.properties.timeZone, dateTimeWithoutZone }
}

/** The special types live on primary calendars; mails make `fromGmail`, nobody else (Calendar API, "Event types"). */
export function checkEventType(calendar: StoredCalendar, { eventType }: JsonObject, inBatch = false): void {
  if (inBatch && eventType === 'workingLocation') refuseEventType('workingLocation')
  if (eventType !== undefined && (!calendar.primary || eventType === 'fromGmail'))
    refuseEventType(String(eventType))
}

export function refuseEventType(type: string): never {
  const message = `Attempt made to modify '${type}' event in a way that is not valid for this event type.`
  return refuse(400, 'calendar', 'eventTypeRestriction', message)
}
