import type { User } from '../world/users.ts'
import { type AccessRole, AccessRules } from './access-rules.ts'
import { isSeries, privatePropertiesOf, type StoredEvent } from './stored-event.ts'

export interface CalendarProperties {
  summary: string
  description: string | undefined
  location: string | undefined
  timeZone: string
  /** Undefined: never set. */
  eventLabels: readonly EventLabel[] | undefined
}

export interface EventLabel {
  readonly id: string
  readonly name: string | undefined
  readonly backgroundColor: string
}

interface CalendarInput extends CalendarProperties {
  readonly id: string
  readonly owner: User
  readonly primary: boolean
  readonly project: string | undefined
}

/** A calendar, its events with their tombstones, and the log of every change, for deltas. */
export class StoredCalendar {
  readonly id: string
  /** Its data owner; only a transfer changes it. */
  owner: User
  readonly primary: boolean
  /** The project whose app created it, for `calendar.app.created`. */
  readonly project: string | undefined
  readonly createdMs: number
  readonly properties: CalendarProperties
  readonly access = new AccessRules()
  readonly events = new Map<string, StoredEvent>()
  /** Every event ever, oldest first: the default order of lists. */
  readonly order: StoredEvent[] = []
  readonly log: StoredEvent[] = []
  /** Sync tokens of another epoch are no longer valid. */
  syncEpoch = 0
  /** The same of the list of its rules. */
  rulesEpoch = 0
  deleted = false
  /** False for feeds: holidays, birthdays, imported calendars. */
  pushes = true
  etagMicros: number
  private _lastMicros = 0
  private _drifting: StoredEvent[] = []
  private readonly _exceptions = new Map<string, Map<string, StoredEvent>>()
  private _everHadSeries = false
  private readonly _byPrivateProperty = new Map<string, Set<StoredEvent>>()

  constructor({ id, owner, primary, project, ...properties }: CalendarInput, now: number) {
    this.id = id
    this.owner = owner
    this.primary = primary
    this.project = project
    this.createdMs = now
    this.properties = properties
    this.access.set({ type: 'user', value: owner.email }, 'owner')
    this.etagMicros = this.stamp(now)
  }

  roleOf(user: User): AccessRole | undefined {
    return this.access.roleOf(user)
  }

  /** Strictly increasing, also when the clock stands still or jumps back. */
  stamp(now: number): number {
    this._lastMicros = Math.max(now * 1000, this._lastMicros + 1)
    return this._lastMicros
  }

  get lastMicros(): number {
    return this._lastMicros
  }

  add(event: StoredEvent): void {
    this._keep(event)
    this._index(event)
    this._record(event)
  }

  /** Those occurrences of a series that have a life of their own, by id. */
  exceptionsOf(seriesId: string): ReadonlyMap<string, StoredEvent> {
    return this._exceptions.get(seriesId) ?? new Map()
  }

  /** Whether expanding anything can make a difference. */
  get hasSeries(): boolean {
    return this._everHadSeries
  }

  /**
   * Replaces what an event holds; everything that changes an existing event goes through here. An instance of a
   * series that was only computed so far becomes an exception by its first change.
   */
  change(event: StoredEvent, now: number, changes: Partial<StoredEvent>, bumpsUpdated = true): void {
    if (event.recurringEventId !== undefined && !this.events.has(event.id)) this._keep(event)
    this._unindex(event)
    const { fields, status, sequence, etagMicros, updatedMicros } = event
    event.earlier = { fields, status, sequence, etagMicros, updatedMicros }
    Object.assign(event, changes)
    event.etagMicros = this.stamp(now)
    if (bumpsUpdated) event.updatedMicros = event.etagMicros
    event.view = undefined
    this._index(event)
    this._record(event)
  }

  purge(event: StoredEvent): void {
    this._unindex(event)
    event.purged = true
    // A list without it is another list.
    this._lastMicros++
    this.events.delete(event.id)
    this._exceptions.get(event.recurringEventId ?? '')?.delete(event.id)
  }

  withPrivateProperty(pair: string): ReadonlySet<StoredEvent> {
    return this._byPrivateProperty.get(pair) ?? new Set()
  }

  driftLater(event: StoredEvent, at: number): void {
    event.driftAt = at
    this._drifting.push(event)
  }

  /** Lets due etags drift: an etag can go stale shortly after a write though nobody changed it (observed). */
  settle(now: number): void {
    if (this._drifting.length === 0) return
    const due = this._drifting.filter(event => (event.driftAt ?? 0) <= now)
    if (due.length === 0) return
    this._drifting = this._drifting.filter(event => (event.driftAt ?? 0) > now)
    for (const event of due) {
      if (!event.purged) this.change(event, now, { driftAt: undefined }, false)
    }
  }

  /** Forgets tombstones older than `lifetimeMs`, whose ids are then free. */
  purgeTombstones(now: number, lifetimeMs: number): void {
    for (const event of this.events.values()) {
      if (event.status === 'cancelled' && event.etagMicros / 1000 <= now - lifetimeMs) this.purge(event)
    }
  }

  private _keep(event: StoredEvent): void {
    this.events.set(event.id, event)
    this.order.push(event)
    if (event.recurringEventId === undefined) return
    const siblings = this._exceptions.get(event.recurringEventId)
    if (siblings) siblings.set(event.id, event)
    else this._exceptions.set(event.recurringEventId, new Map([[event.id, event]]))
  }

  private _record(event: StoredEvent): void {
    if (isSeries(event)) this._everHadSeries = true
    event.seq = this.log.length
    this.log.push(event)
  }

  private _index(event: StoredEvent): void {
    for (const pair of privatePropertiesOf(event)) {
      const events = this._byPrivateProperty.get(pair)
      if (events) events.add(event)
      else this._byPrivateProperty.set(pair, new Set([event]))
    }
  }

  private _unindex(event: StoredEvent): void {
    for (const pair of privatePropertiesOf(event)) {
      const events = this._byPrivateProperty.get(pair)
      events?.delete(event)
      if (events?.size === 0) this._byPrivateProperty.delete(pair)
    }
  }
}
