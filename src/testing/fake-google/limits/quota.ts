import type { User } from '../world/users.ts'
import { BillingDays } from './billing-days.ts'
import { type Created, type CreationLimit, Creations } from './creations.ts'
import { SlidingMinute } from './sliding-minute.ts'
import { TokenBucket } from './token-bucket.ts'

export interface QuotaLimits {
  /** Units per sliding minute, user and project; null is unlimited. */
  perUser: number | null
  /** Units per sliding minute and project; null is unlimited. */
  perProject: number | null
  /** Writes to one calendar: Google limits fast ones at any time, by an unpublished measure. Null is unlimited. */
  calendarWrites: { perSecond: number; burst: number } | null
  /** Beyond these the user's writes are refused with `quotaExceeded` for a while. Null is unlimited. */
  calendars: CreationLimit | null
  events: CreationLimit | null
  /** Of guests outside Google Calendar. */
  invitations: CreationLimit | null
  /** Of mails to guests. */
  guestMails: CreationLimit | null
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Calendar API, "Manage quotas", as of 2026-05. */
export const GOOGLES_QUOTA: Readonly<QuotaLimits> = Object.freeze({
  perUser: 600,
  perProject: 10_000,
  calendarWrites: null,
  calendars: { count: 60, withinMs: HOUR, freezeMs: 6 * HOUR },
  events: { count: 100_000, withinMs: 30 * DAY, freezeMs: 30 * DAY },
  invitations: { count: 10_000, withinMs: DAY, freezeMs: 3 * DAY },
  guestMails: { count: 2_000, withinMs: DAY, freezeMs: DAY },
})

export const NO_QUOTA: Readonly<QuotaLimits> = Object.freeze({
  perUser: null,
  perProject: null,
  calendarWrites: null,
  calendars: null,
  events: null,
  invitations: null,
  guestMails: null,
})

/** Every limit times `factor`, at least 1: a small Google for small tests. */
export function scaledQuota(limits: QuotaLimits, factor: number): QuotaLimits {
  const scaled = (count: number) => Math.max(1, Math.floor(count * factor))
  const created = (limit: CreationLimit | null) => limit && { ...limit, count: scaled(limit.count) }
  const { perUser, perProject, calendarWrites, calendars, events, invitations, guestMails } = limits
  return {
    perUser: perUser && scaled(perUser),
    perProject: perProject && scaled(perProject),
    calendarWrites: calendarWrites && {
      perSecond: calendarWrites.perSecond * factor,
      burst: scaled(calendarWrites.burst),
    },
    calendars: created(calendars),
    events: created(events),
    invitations: created(invitations),
    guestMails: created(guestMails),
  }
}

export class Quota {
  limits: QuotaLimits
  readonly billing = new BillingDays()
  private readonly _creations = new Creations()
  private readonly _users = new Map<string, SlidingMinute>()
  private readonly _projects = new Map<string, SlidingMinute>()
  private readonly _calendars = new Map<string, TokenBucket>()

  constructor(limits: QuotaLimits) {
    this.limits = limits
  }

  /** Spends, or tells which limit stands in the way. A refused request costs nothing. */
  spend(user: string, project: string, units: number, now: number): 'user' | 'project' | undefined {
    const { perUser, perProject } = this.limits
    if (perUser === null && perProject === null) {
      this.billing.add(project, units, now)
      return undefined
    }
    const ofUser = windowOf(this._users, `${project} ${user}`)
    const ofProject = windowOf(this._projects, project)
    if (perUser !== null && ofUser.spent(now) + units > perUser) return 'user'
    if (perProject !== null && ofProject.spent(now) + units > perProject) return 'project'
    ofUser.add(now, units)
    ofProject.add(now, units)
    this.billing.add(project, units, now)
    return undefined
  }

  mayWrite(calendarId: string, now: number): boolean {
    const limit = this.limits.calendarWrites
    if (!limit) return true
    let bucket = this._calendars.get(calendarId)
    if (!bucket) {
      bucket = new TokenBucket(limit.burst, now)
      this._calendars.set(calendarId, bucket)
    }
    return bucket.take(limit.perSecond, limit.burst, now)
  }

  /** Counts what a user makes; over the limit, their account is frozen and the answer false. */
  mayCreate(kind: Created, user: User, more: number, now: number): boolean {
    const limit = this.limits[kind]
    if (!limit || more === 0 || this._creations.add(kind, user.sub, more, limit, now)) return true
    user.frozenUntil = now + limit.freezeMs
    return false
  }

  /** Forgets what was spent. */
  clear(): void {
    this.billing.clear()
    this._creations.clear()
    this._users.clear()
    this._projects.clear()
    this._calendars.clear()
  }
}

function windowOf(windows: Map<string, SlidingMinute>, key: string): SlidingMinute {
  let window = windows.get(key)
  if (!window) {
    window = new SlidingMinute()
    windows.set(key, window)
  }
  return window
}
