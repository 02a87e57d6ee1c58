import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'

export interface PendingConference {
  readonly calendar: StoredCalendar
  readonly event: StoredEvent
  readonly at: number
}

/** Conferences are made after the write that asked for them (Calendar API, "Events": `createRequest`). */
export class PendingConferences {
  private _waiting: PendingConference[] = []

  add(waiting: PendingConference): void {
    this._waiting.push(waiting)
  }

  takeDue(now: number): PendingConference[] {
    if (this._waiting.length === 0) return []
    const due = this._waiting.filter(({ at }) => at <= now)
    this._waiting = this._waiting.filter(({ at }) => at > now)
    return due
  }
}
