import type { StoredCalendar } from './stored-calendar.ts'

export interface CalendarListEntry {
  readonly calendar: StoredCalendar
  colorId: string
  summaryOverride: string | undefined
  hidden: boolean
  selected: boolean
  deleted: boolean
  /** Order of the latest change, for deltas; the etag is made of it too. */
  seq: number
}

export interface EntryChanges {
  colorId?: string
  summaryOverride?: string | undefined
  hidden?: boolean
  selected?: boolean
}

/** One user's list of calendars. */
export class CalendarList {
  readonly #entries = new Map<string, CalendarListEntry>()
  #seq = 0

  get seq(): number {
    return this.#seq
  }

  add(calendar: StoredCalendar): CalendarListEntry {
    const entry: CalendarListEntry = {
      calendar,
      colorId: String((this.#entries.size % 24) + 1),
      summaryOverride: undefined,
      hidden: false,
      selected: true,
      deleted: false,
      seq: ++this.#seq,
    }
    this.#entries.set(calendar.id, entry)
    return entry
  }

  get(calendarId: string): CalendarListEntry | undefined {
    const entry = this.#entries.get(calendarId)
    return entry?.deleted ? undefined : entry
  }

  all(): CalendarListEntry[] {
    return [...this.#entries.values()]
  }

  change(entry: CalendarListEntry, changes: EntryChanges): void {
    Object.assign(entry, changes)
    entry.seq = ++this.#seq
  }

  touch(calendar: StoredCalendar): void {
    const entry = this.get(calendar.id)
    if (entry) this.change(entry, {})
  }

  /** Deleted entries stay, so that a delta can tell. */
  markDeleted(calendar: StoredCalendar): void {
    const entry = this.get(calendar.id)
    if (!entry) return
    entry.deleted = true
    this.change(entry, {})
  }
}
