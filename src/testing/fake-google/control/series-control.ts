import { insertEvent, patchEvent } from '../calendar/event-writes.ts'
import { instanceId, instancesOf } from '../calendar/series.ts'
import type { StoredEvent } from '../calendar/stored-event.ts'
import type { Writing } from '../calendar/writing.ts'
import type { JsonObject } from '../wire/json.ts'
import { ControlError } from './control-error.ts'

/**
 * "This and following" in Google's own page: the old series ends before the instance, a new one begins with it.
 * Exceptions after the split are lost.
 */
export function splitSeries(
  writing: Writing,
  series: StoredEvent,
  id: string,
  changes: JsonObject,
): StoredEvent {
  const { world, calendar } = writing
  const all = [...instancesOf(series, calendar, world.zones, { cap: 10_000 })]
  const index = all.findIndex(instance => instance.id === id)
  const instance = all[index]
  if (!instance) throw new ControlError(`${series.id} has no instance ${id}`)
  if (index === 0) throw new ControlError('A split at the first instance is a change of the whole series')
  const lines = series.fields.recurrence as string[]
  const until = untilBefore(all[index - 1]?.originalStart ?? {})
  const counted = lines.map(line =>
    line.replace(/COUNT=(\d+)/i, (_, count) => `COUNT=${Number(count) - index}`),
  )
  const body = {
    ...series.fields,
    start: instance.fields.start,
    end: instance.fields.end,
    recurrence: counted,
  }
  const newId = instanceId(series.id, instance.originalStart ?? {})
    .replace(/_([^_]+)$/, '_R$1')
    .replace(/Z$/, '')
  patchEvent(writing, series, { recurrence: lines.map(line => trimmed(line, until)) })
  return insertEvent(writing, { ...body, ...changes }, calendar.owner.email, undefined, newId)
}

function trimmed(line: string, until: string): string {
  if (!/^RRULE/i.test(line)) return line
  return `${line.replace(/;?(COUNT|UNTIL)=[^;]*/gi, '').replace(':;', ':')};UNTIL=${until}`
}

/** UNTIL is inclusive: the last start that stays. */
function untilBefore({ date, dateTime }: JsonObject): string {
  return String(date ?? dateTime).replaceAll(/[-:]/g, '')
}

/** A copy as "Duplicate" makes it: new ids, the same details, alone. */
export function duplicateEvent(writing: Writing, event: StoredEvent): StoredEvent {
  return insertEvent(writing, { ...event.fields }, writing.calendar.owner.email)
}
