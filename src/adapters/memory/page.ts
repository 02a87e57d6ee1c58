import type { PageOptions } from '../../contracts/link-store.ts'
import { CalendarSyncError } from '../../errors.ts'

export interface Sequenced {
  readonly seq: number
}

export const bySequence = (a: Sequenced, b: Sequenced): number => a.seq - b.seq

/** Rows keep their sequence number for life, so a cursor stays good while other rows come and go. */
export function sequenceAfter(options: PageOptions): Sequenced | undefined {
  if (options.after === undefined) return undefined
  const seq = Number(options.after)
  if (!Number.isSafeInteger(seq)) {
    throw new CalendarSyncError(
      'argument-invalid',
      'A listing was asked for with a cursor it never gave out.',
    )
  }
  return { seq }
}

/** Up to `limit` of the rows, and whether more follow. */
export function takePage<T>(
  rows: Iterable<T>,
  limit: number,
): { readonly rows: T[]; readonly more: boolean } {
  const taken: T[] = []
  for (const row of rows) {
    if (taken.length >= limit) return { rows: taken, more: true }
    taken.push(row)
  }
  return { rows: taken, more: false }
}
