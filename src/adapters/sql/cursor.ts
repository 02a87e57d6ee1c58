import { CalendarSyncError } from '../../errors.ts'

type CursorPart = string | number

/** Opaque to callers; holds the last key of a page. */
export const writeCursor = (...parts: readonly CursorPart[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

export function readCursor(cursor: string, length: number): readonly CursorPart[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === length) return parts as readonly CursorPart[]
  } catch {
    // Falls through to the one message for all malformed cursors.
  }
  throw new CalendarSyncError('argument-invalid', 'The cursor is not one that this store gave out.')
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
