import { CalendarSyncError } from '../../errors.ts'

const unknownCursor = () =>
  new CalendarSyncError('argument-invalid', 'A listing was asked for with a cursor it never gave out.')

/** Listings go by row id, which a row keeps for life. */
export function readRowCursor(cursor: string): number {
  const id = Number(cursor)
  if (!Number.isSafeInteger(id)) throw unknownCursor()
  return id
}

/** A cursor over a pair of keys. */
export const writeKeyCursor = (first: string, second: string): string => JSON.stringify([first, second])

export function readKeyCursor(cursor: string): readonly [string, string] {
  try {
    const keys: unknown = JSON.parse(cursor)
    if (Array.isArray(keys) && typeof keys[0] === 'string' && typeof keys[1] === 'string') {
      return [keys[0], keys[1]]
    }
  } catch {
    // Falls through to the one message for all malformed cursors.
  }
  throw unknownCursor()
}

/** Of `limit + 1` rows read, the page, and the row after which the next one starts. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
): { readonly rows: readonly Row[]; readonly last?: Row | undefined } {
  if (rows.length <= limit) return { rows }
  const page = rows.slice(0, limit)
  return { rows: page, last: page.at(-1) }
}
