/** So many in so long; then the account takes no writes for a while (Google, "Avoid calendar use limits"). */
export interface CreationLimit {
  readonly count: number
  readonly withinMs: number
  readonly freezeMs: number
}

export type Created = 'calendars' | 'events' | 'invitations' | 'guestMails'

/** What each user has made lately, counted in windows that do not slide: the real measure is unpublished. */
export class Creations {
  private readonly _windows = new Map<string, { since: number; count: number }>()

  /** Answers whether the limit still holds with `more` of them; what is over it is not counted. */
  add(kind: Created, user: string, more: number, limit: CreationLimit, now: number): boolean {
    const key = `${kind} ${user}`
    const window = this._windows.get(key)
    const current = window && now - window.since < limit.withinMs ? window : { since: now, count: 0 }
    if (current.count + more > limit.count) return false
    current.count += more
    this._windows.set(key, current)
    return true
  }

  clear(): void {
    this._windows.clear()
  }
}
