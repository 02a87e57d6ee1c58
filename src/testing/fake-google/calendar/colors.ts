import type { ApiCall } from '../wire/call.ts'
import type { JsonObject } from '../wire/json.ts'
import type { Reply } from '../wire/reply.ts'
import { calendarColors, isCalendarColor } from './calendar-colors.ts'

/** Backgrounds of events 1 to 11 (observed). */
const EVENTS = [
  '#a4bdfc',
  '#7ae7bf',
  '#dbadff',
  '#ff887c',
  '#fbd75b',
  '#ffb878',
  '#46d6db',
  '#e1e1e1',
  '#5484ed',
  '#51b749',
  '#dc2127',
]

export function get(_: ApiCall): Reply {
  const calendar: JsonObject = {}
  for (let id = 1; isCalendarColor(String(id)); id++) {
    const { backgroundColor } = calendarColors(String(id))
    calendar[id] = { background: backgroundColor, foreground: '#1d1d1d' }
  }
  const event: JsonObject = {}
  for (const [index, background] of EVENTS.entries()) event[index + 1] = { background, foreground: '#1d1d1d' }
  return {
    status: 200,
    json: { kind: 'calendar#colors', updated: '2012-02-14T00:00:00.000Z', calendar, event },
  }
}
