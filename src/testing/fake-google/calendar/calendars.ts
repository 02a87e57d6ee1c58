import type { Ids } from '../world/ids.ts'
import type { User } from '../world/users.ts'
import { type CalendarProperties, StoredCalendar } from './stored-calendar.ts'
import { CalendarList } from './user-calendar-list.ts'

/** All calendars, and each user's list of them. */
export class Calendars {
  private readonly _byId = new Map<string, StoredCalendar>()
  private readonly _lists = new Map<string, CalendarList>()
  private readonly _ids: Ids

  constructor(ids: Ids) {
    this._ids = ids
  }

  get(id: string): StoredCalendar | undefined {
    const calendar = this._byId.get(id)
    return calendar?.deleted ? undefined : calendar
  }

  /** Also when it was deleted. */
  find(id: string): StoredCalendar | undefined {
    return this._byId.get(id)
  }

  all(): StoredCalendar[] {
    return [...this._byId.values()]
  }

  /** The primary calendar's id is the account's address. */
  createPrimary(user: User, now: number): StoredCalendar {
    const properties = {
      summary: user.email,
      description: undefined,
      location: undefined,
      timeZone: user.timeZone,
      eventLabels: undefined,
    }
    return this._add(user, user.email, true, undefined, properties, now)
  }

  createSecondary(owner: User, project: string | undefined, properties: CalendarProperties, now: number) {
    return this._add(owner, this._ids.calendarId(owner.hd !== undefined), false, project, properties, now)
  }

  delete(calendar: StoredCalendar): void {
    calendar.deleted = true
    for (const list of this._lists.values()) list.markDeleted(calendar)
  }

  listOf(user: User): CalendarList {
    let list = this._lists.get(user.sub)
    if (!list) {
      list = new CalendarList()
      this._lists.set(user.sub, list)
    }
    return list
  }

  /** The calendar's own properties show in every list it is on; no delta tells. */
  changed(calendar: StoredCalendar): void {
    for (const list of this._lists.values()) list.renewEtag(calendar)
  }

  /** Whoever lost their access loses the entry; who has it sees its new role, of which no delta tells. */
  accessChanged(calendar: StoredCalendar, users: readonly User[]): void {
    for (const user of users) {
      const list = this._lists.get(user.sub)
      if (calendar.roleOf(user) === undefined) list?.markDeleted(calendar)
      else list?.renewEtag(calendar)
    }
  }

  private _add(
    owner: User,
    id: string,
    primary: boolean,
    project: string | undefined,
    properties: CalendarProperties,
    now: number,
  ): StoredCalendar {
    const calendar = new StoredCalendar({ id, owner, primary, project, ...properties }, now)
    this._byId.set(id, calendar)
    this.listOf(owner).add(calendar)
    return calendar
  }
}
