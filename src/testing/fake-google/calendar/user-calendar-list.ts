import type { JsonObject } from '../wire/json.ts'
import type { StoredCalendar } from './stored-calendar.ts'

export interface CalendarListEntry {
  readonly calendar: StoredCalendar
  colorId: string
  /** Colours of the user's own, when set. */
  rgb: { readonly backgroundColor: string; readonly foregroundColor: string } | undefined
  defaultReminders: JsonObject[]
  notificationSettings: JsonObject | undefined
  summaryOverride: string | undefined
  hidden: boolean
  selected: boolean
  deleted: boolean
  /** Order of the latest change, for deltas. */
  seq: number
  /** With `seq`, what the etag is made of: how often what the user cannot write has changed. */
  renewals: number
}

export interface EntryChanges {
  colorId?: string
  rgb?: CalendarListEntry['rgb']
  defaultReminders?: JsonObject[]
  notificationSettings?: JsonObject | undefined
  summaryOverride?: string | undefined
  hidden?: boolean
  selected?: boolean
}

/** One user's list of calendars. */
export class CalendarList {
  private readonly _entries = new Map<string, CalendarListEntry>()
  private _seq = 0

  get seq(): number {
    return this._seq
  }

  add(calendar: StoredCalendar): CalendarListEntry {
    const entry: CalendarListEntry = {
      calendar,
      colorId: String((this._entries.size % 24) + 1),
      rgb: undefined,
      defaultReminders: calendar.primary ? [{ method: 'popup', minutes: 30 }] : [],
      notificationSettings: undefined,
      summaryOverride: undefined,
      hidden: false,
      selected: true,
      deleted: false,
      seq: ++this._seq,
      renewals: 0,
    }
    this._entries.set(calendar.id, entry)
    return entry
  }

  get(calendarId: string): CalendarListEntry | undefined {
    const entry = this._entries.get(calendarId)
    return entry?.deleted ? undefined : entry
  }

  all(): CalendarListEntry[] {
    return [...this._entries.values()]
  }

  change(entry: CalendarListEntry, changes: EntryChanges): void {
    Object.assign(entry, changes)
    entry.seq = ++this._seq
  }

  /** Of what is not the user's to write, such as their role, neither deltas nor messages tell. */
  renewEtag(calendar: StoredCalendar): void {
    const entry = this.get(calendar.id)
    if (entry) entry.renewals++
  }

  /** Deleted entries stay, so that a delta can tell. */
  markDeleted(calendar: StoredCalendar): void {
    const entry = this.get(calendar.id)
    if (!entry) return
    entry.deleted = true
    this.change(entry, {})
  }
}
