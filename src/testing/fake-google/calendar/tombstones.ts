import { afterReschedule, cancelExceptions, originalStarts } from './series-writes.ts'
import { isSeries, type StoredEvent } from './stored-event.ts'
import type { Writing } from './writing.ts'

/** Leaves a tombstone, which keeps the id occupied. `forgets`: of what was, only the id stays. */
export function bury(writing: Writing, event: StoredEvent, forgets: boolean): void {
  const { now, calendar } = writing
  const before = forgets && isSeries(event) ? originalStarts(writing, event) : undefined
  calendar.change(event, now, { status: 'cancelled', fields: forgets ? {} : event.fields })
  if (event.recurringEventId === undefined) cancelExceptions(writing, event)
  if (before) afterReschedule(writing, event, before)
}
