import type { Row } from '../appointments.ts'
import { spanOf } from '../wall-time.ts'
import { type Html, html } from './html.ts'

/** When it is, in its own zone, with the zone's name. */
export function when(row: Row): Html {
  const series = row.recurrence !== null && html` <span class="quiet">(repeats)</span>`
  if (row.all_day === 1) {
    const last = Date.parse(row.ends ?? row.starts) - (row.ends === null ? 0 : 86_400_000)
    const [from, to] = [dayOf(Date.parse(row.starts), 'UTC'), dayOf(last, 'UTC')]
    return html`<time datetime="${row.starts}">${from}</time>${from !== to && ` to ${to}`}, all day${series}`
  }
  const { start, end } = spanOf(row.starts, row.ends, row.minutes, row.time_zone)
  const [from, to] = [dayOf(start, row.time_zone), dayOf(end, row.time_zone)]
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: row.time_zone, timeStyle: 'short' })
  const until = `${from === to ? '' : `${to}, `}${clock.format(end)}`
  return html`<time datetime="${new Date(start).toISOString()}">${from}, ${clock.format(start)}</time>–${until}
<span class="quiet">${row.time_zone}</span>${series}`
}

function dayOf(ms: number, timeZone: string): string {
  const format = { timeZone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const
  return new Intl.DateTimeFormat('en-GB', format).format(ms).replaceAll(',', '')
}
