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
  /** Order of the latest change of anything, for the etag. */
  version: number
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
  private _version = 0

  get seq(): number {
    return this._seq
  }

  /** Of the latest change of any entry, what is not the user's to write included. */
  get version(): number {
    return this._version
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
      version: ++this._version,
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
    entry.version = ++this._version
  }

  /** Of what is not the user's to write, such as their role, neither deltas nor messages tell. */
  renewEtag(calendar: StoredCalendar): void {
    const entry = this.get(calendar.id)
    if (entry) entry.version = ++this._version
  }

  /** Deleted entries stay, so that a delta can tell. */
  markDeleted(calendar: StoredCalendar): void {
    const entry = this.get(calendar.id)
    if (!entry) return
    entry.deleted = true
    this.change(entry, {})
  }
}
