import type { JsonObject } from '../wire/json.ts'
import { findInstance, instancesOf } from './series.ts'
import type { StoredEvent } from './stored-event.ts'
import type { Writing } from './writing.ts'

/** What a change of a series does to its instances and exceptions. */

/** The original starts of a series, by instance id. */
export function originalStarts({ world, calendar }: Writing, master: StoredEvent): Map<string, JsonObject> {
  const cap = world.switches.instanceCap
  const found = [...instancesOf(master, calendar, world.zones, { cap })]
  return new Map(found.map(({ id, originalStart }) => [id, originalStart ?? {}]))
}

/** Notes the occurrences that a change took away, and cancels exceptions that lost theirs. */
export function afterReschedule(
  writing: Writing,
  master: StoredEvent,
  before: ReadonlyMap<string, JsonObject>,
): void {
  const { world, now, calendar } = writing
  const after = originalStarts(writing, master)
  const dropped = new Map(master.dropped)
  for (const id of after.keys()) dropped.delete(id)
  for (const [id, originalStart] of before) {
    if (!after.has(id) && !calendar.exceptionsOf(master.id).has(id))
      dropped.set(id, { originalStart, seq: master.seq })
  }
  master.dropped = dropped.size > 0 ? dropped : undefined
  if (world.switches.exceptionsAfterReschedule === 'kept') return
  for (const exception of calendar.exceptionsOf(master.id).values()) {
    if (exception.status !== 'cancelled' && !findInstance(exception.id, calendar, world.zones))
      calendar.change(exception, now, { status: 'cancelled' })
  }
}

/** Exceptions go and return with their series. */
export function cancelExceptions({ now, calendar }: Writing, master: StoredEvent): void {
  for (const exception of calendar.exceptionsOf(master.id).values()) {
    if (exception.status !== 'cancelled')
      calendar.change(exception, now, { status: 'cancelled', cancelledWithSeries: true })
  }
}

export function reviveExceptions({ now, calendar }: Writing, master: StoredEvent): void {
  for (const exception of calendar.exceptionsOf(master.id).values()) {
    if (exception.cancelledWithSeries)
      calendar.change(exception, now, { status: 'confirmed', cancelledWithSeries: false })
  }
}

const SECRECY = ['public', 'default', 'private', 'confidential']

/** Making one instance more private makes the series so; making it less so is ignored (Calendar API, "Events"). */
export function shareVisibility(writing: Writing, instance: StoredEvent, fields: JsonObject): JsonObject {
  const { calendar, now } = writing
  const master = calendar.events.get(instance.recurringEventId ?? '')
  const rank = (value: unknown) => SECRECY.indexOf(String(value ?? 'default'))
  if (!master || rank(fields.visibility) === rank(instance.fields.visibility)) return fields
  if (rank(fields.visibility) < rank(instance.fields.visibility))
    return { ...fields, visibility: instance.fields.visibility }
  const { visibility } = fields
  calendar.change(master, now, { fields: { ...master.fields, visibility } })
  for (const other of calendar.exceptionsOf(master.id).values()) {
    const looser = other.status !== 'cancelled' && rank(other.fields.visibility) < rank(visibility)
    if (looser && other !== instance) calendar.change(other, now, { fields: { ...other.fields, visibility } })
  }
  return fields
}
