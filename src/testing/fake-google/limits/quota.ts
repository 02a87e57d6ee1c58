import { SlidingMinute } from './sliding-minute.ts'
import { TokenBucket } from './token-bucket.ts'

export interface QuotaLimits {
  /** Units per sliding minute, user and project; null is unlimited. */
  perUser: number | null
  /** Units per sliding minute and project; null is unlimited. */
  perProject: number | null
  /** Writes to one calendar: Google limits fast ones at any time, by an unpublished measure. Null is unlimited. */
  calendarWrites: { perSecond: number; burst: number } | null
}

/** Calendar API, "Manage quotas", as of 2026-05. */
export const GOOGLES_QUOTA: Readonly<QuotaLimits> = Object.freeze({
  perUser: 600,
  perProject: 10_000,
  calendarWrites: null,
})

export const NO_QUOTA: Readonly<QuotaLimits> = Object.freeze({
  perUser: null,
  perProject: null,
  calendarWrites: null,
})

export class Quota {
  limits: QuotaLimits
  private readonly _users = new Map<string, SlidingMinute>()
  private readonly _projects = new Map<string, SlidingMinute>()
  private readonly _calendars = new Map<string, TokenBucket>()

  constructor(limits: QuotaLimits) {
    this.limits = limits
  }

  /** Spends, or tells which limit stands in the way. A refused request costs nothing. */
  spend(user: string, project: string, units: number, now: number): 'user' | 'project' | undefined {
    const { perUser, perProject } = this.limits
    if (perUser === null && perProject === null) return undefined
    const ofUser = windowOf(this._users, `${project} ${user}`)
    const ofProject = windowOf(this._projects, project)
    if (perUser !== null && ofUser.spent(now) + units > perUser) return 'user'
    if (perProject !== null && ofProject.spent(now) + units > perProject) return 'project'
    ofUser.add(now, units)
    ofProject.add(now, units)
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

  /** Forgets what was spent. */
  clear(): void {
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
