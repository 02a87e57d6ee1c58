import type { Ids } from './ids.ts'
import { UserSettings } from './user-settings.ts'

/**
 * What becomes of a user's refresh tokens, apart from revocation. To `prompt=none` an account that is `deleted` is
 * signed out, and one that is `reauthRequired` has to be asked something.
 */
export type UserState = 'active' | 'deleted' | 'reauthRequired' | 'adminRestricted'

export interface User {
  readonly sub: string
  readonly email: string
  readonly name: string
  /** The Workspace domain. */
  readonly hd?: string
  readonly profile: Profile
  readonly timeZone: string
  /** False: never signed up for Google Calendar. */
  readonly calendarUser: boolean
  /** Administers the calendars of their Workspace domain. */
  readonly admin: boolean
  readonly settings: UserSettings
  state: UserState
  /** Ends the sync tokens of the user's own lists when raised. */
  syncEpoch: number
  /** Writes are refused with `quotaExceeded` until then. */
  frozenUntil: number
}

/** What the Google Account says of its owner, where they filled it in. */
export interface Profile {
  /** BCP 47. */
  readonly locale?: string | undefined
  /** The address of the profile page. */
  readonly link?: string | undefined
  readonly gender?: string | undefined
}

export interface UserInput extends Profile {
  readonly email: string
  readonly name?: string | undefined
  readonly timeZone?: string | undefined
  readonly hd?: string | undefined
  readonly sub?: string | undefined
  readonly calendarUser?: boolean | undefined
  readonly admin?: boolean | undefined
}

export class Users {
  private readonly _byEmail = new Map<string, User>()
  private readonly _bySub = new Map<string, User>()
  private readonly _ids: Ids

  constructor(ids: Ids) {
    this._ids = ids
  }

  create({
    email,
    name,
    timeZone,
    hd,
    sub = this._ids.subject(),
    calendarUser = true,
    admin = false,
    locale,
    link,
    gender,
  }: UserInput): User {
    const local = email.slice(0, email.indexOf('@'))
    const user: User = {
      sub,
      email,
      name: name ?? `${local.charAt(0).toUpperCase()}${local.slice(1)}`,
      ...(hd === undefined ? {} : { hd }),
      profile: { locale, link, gender },
      timeZone: timeZone ?? 'UTC',
      calendarUser,
      admin,
      settings: new UserSettings(timeZone),
      state: 'active',
      syncEpoch: 0,
      frozenUntil: 0,
    }
    this._byEmail.set(email.toLowerCase(), user)
    this._bySub.set(sub, user)
    return user
  }

  byEmail(email: string): User | undefined {
    return this._byEmail.get(email.toLowerCase())
  }

  bySub(sub: string): User | undefined {
    return this._bySub.get(sub)
  }

  all(): User[] {
    return [...this._byEmail.values()]
  }
}
