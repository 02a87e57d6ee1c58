import type { Mail } from '../calendar/mail.ts'
import type { RandomFaults, ScriptedFault } from '../faults/fault.ts'
import type { BillingDay } from '../limits/billing-days.ts'
import { GOOGLES_QUOTA, NO_QUOTA, type QuotaLimits, scaledQuota } from '../limits/quota.ts'
import type { JournalEntry, ReportRow } from '../limits/report.ts'
import type { DeliveryRecord, OutgoingMessage, PushState } from '../push/channel.ts'
import { pushMessage } from '../push/push-message.ts'
import type { Switches } from '../world/switches.ts'
import type { World } from '../world/world.ts'
import { ControlError, expect } from './control-error.ts'

/** Google writes its times with years of four digits. */
const LAST_DAY_MS = Date.UTC(9999, 11, 31)

/** Google's own numbers, none, or some of them changed. */
export type QuotaSetting = 'google' | 'off' | Partial<QuotaLimits>

export interface FullReport {
  readonly requests: number
  readonly units: number
  /** By method, user, status, reason and delivery. */
  readonly rows: readonly ReportRow[]
  /** What a day would be billed by. */
  readonly billing: readonly BillingDay[]
}

/** The weather the fake runs in, and what was seen of it. */
export interface ConditionsControl {
  /** Scripts a fault: the next matching request, or the `times` after `skip` of them. */
  fault(fault: ScriptedFault): void
  /** Adds random faults; each matching request draws once. */
  randomFaults(faults: RandomFaults): void
  pendingFaults(): ScriptedFault[]
  clearFaults(): void
  /** `off`, `google`, or limits that replace the present ones. Forgets what was spent. */
  setQuota(quota: QuotaSetting): QuotaLimits
  /** Every present limit times `factor`, at least 1. Forgets what was spent. */
  scaleQuota(factor: number): QuotaLimits
  /** Refuses the user's writes with `quotaExceeded` for so long; 0 ends it. */
  freezeWrites(email: string, forMs: number): void
  setLatency(ms: number): void
  switches(): Switches
  setSwitches(switches: Partial<Switches>): Switches
  /** Moves the fake's clock ahead of the injected one. Answers the new time. */
  advanceClock(ms: number): number
  now(): number
  report(): FullReport
  /** The latest requests in full, oldest first. */
  requests(): JournalEntry[]
  resetCounters(): void
  /** What Google would have mailed to guests. */
  mail(): Mail[]
  clearMail(): void
  /** What Google sent to the app, attempt by attempt: notifications and security events. */
  pushes(): DeliveryRecord[]
  /** Messages on their way, retries included. */
  waitingPushes(): OutgoingMessage[]
  clearPushes(): void
  /**
   * Sends a message as of a channel, also of one that was stopped or has expired: again, a hundred times, out of
   * order, or forged. What is not given is as the channel has it. Answers how many were sent.
   */
  sendPush(channelId: string, message?: SentPush): number
  channels(): ChannelView[]
}

export interface SentPush {
  readonly times?: number | undefined
  readonly state?: PushState | undefined
  readonly number?: number | undefined
  /** `null` sends none. */
  readonly token?: string | null | undefined
  readonly resourceId?: string | undefined
}

export interface ChannelView {
  readonly id: string
  readonly email: string
  readonly resourceId: string
  readonly resourceUri: string
  readonly address: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
  readonly stopped: boolean
}

export function conditionsControl(world: World, settle: () => void): ConditionsControl {
  return {
    fault: fault => world.faults.script(fault),
    randomFaults(faults) {
      const sum = Object.values(faults.rates).reduce((total, rate) => total + rate, 0)
      if (sum > 1 || Object.values(faults.rates).some(rate => rate < 0)) {
        throw new ControlError('Rates are shares: none below 0, together at most 1')
      }
      world.faults.randomly(faults)
    },
    pendingFaults: () => world.faults.pending(),
    clearFaults: () => world.faults.clear(),
    setQuota(quota) {
      world.quota.limits = quotaLimits(quota, world.quota.limits)
      world.quota.clear()
      return world.quota.limits
    },
    scaleQuota(factor) {
      if (!(factor > 0)) throw new ControlError('The factor is a number above 0')
      world.quota.limits = scaledQuota(world.quota.limits, factor)
      world.quota.clear()
      return world.quota.limits
    },
    freezeWrites(email, forMs) {
      expect(world.users.byEmail(email), `No user ${email}`).frozenUntil = world.time.now() + forMs
    },
    setLatency(ms) {
      world.latencyMs = ms
    },
    switches: () => ({ ...world.switches }),
    setSwitches: switches => ({ ...Object.assign(world.switches, switches) }),
    advanceClock(ms) {
      const to = world.time.now() + ms
      if (!(Math.abs(to) <= LAST_DAY_MS)) throw new ControlError('`ms` takes the clock beyond the year 9999.')
      world.time.advance(ms)
      settle()
      return world.time.now()
    },
    now: () => world.time.now(),
    report() {
      const rows = world.report.rows()
      const sum = (key: 'count' | 'units') => rows.reduce((total, row) => total + row[key], 0)
      return { requests: sum('count'), units: sum('units'), rows, billing: world.quota.billing.days() }
    },
    requests: () => world.report.requests(),
    resetCounters() {
      world.report.clear()
      world.quota.clear()
    },
    mail: () => world.outbox.mails(),
    clearMail: () => world.outbox.clear(),
    pushes: () => world.outgoing.records(),
    waitingPushes: () => world.outgoing.waiting().map(message => ({ ...message })),
    clearPushes: () => world.outgoing.clearRecords(),
    sendPush(channelId, { times = 1, state = 'exists', number, token, resourceId } = {}) {
      const channel = expect(world.channels.everKnown(channelId), `No channel ${channelId}`)
      const forged = {
        ...channel,
        lastNumber: number ?? channel.lastNumber,
        token: token === null ? undefined : (token ?? channel.token),
        resourceId: resourceId ?? channel.resourceId,
      }
      for (let n = 0; n < times; n++)
        world.outgoing.add(pushMessage(forged, state, world.time.now(), world.switches.pushContentType))
      return times
    },
    channels: () =>
      world.channels.all().map(({ id, user, resourceId, resourceUri, address, expiresAt, stoppedAt }) => ({
        ...{ id, email: user.email, resourceId, resourceUri, address, expiresAt },
        stopped: stoppedAt !== undefined,
      })),
  }
}

export function quotaLimits(setting: QuotaSetting, present: QuotaLimits = GOOGLES_QUOTA): QuotaLimits {
  if (setting === 'off') return { ...NO_QUOTA }
  return setting === 'google' ? { ...GOOGLES_QUOTA } : { ...present, ...setting }
}
