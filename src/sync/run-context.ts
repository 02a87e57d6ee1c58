import type { Appointment } from '../contracts/appointment.ts'
import type { Claim } from '../contracts/claim-store.ts'
import type { Link } from '../contracts/link.ts'
import type { Mark, RetryCause } from '../contracts/mark-store.ts'
import type { AppointmentError } from '../errors.ts'
import type { CalendarProbe } from './calendar-probe.ts'
import type { EngineDependencies } from './dependencies.ts'
import type { AccountHealth } from './health.ts'
import type { MarkScope } from './mark-scope.ts'
import type { Pool } from './pool.ts'

/** What all runs of this process share. */
export interface Engine {
  readonly deps: EngineDependencies
  readonly health: AccountHealth
  readonly probe: CalendarProbe
  /** Room for repairs: what is listed for one stays in memory until it ends. */
  readonly repairs: Pool
}

/** One look at everything a ref concerns, taken under its claim. */
export interface Round {
  readonly claim: Claim
  readonly scope: MarkScope
  readonly marks: readonly Mark[]
  readonly links: readonly Link[]
  readonly source: Truth
  /** The store's clock. */
  readonly now: number
  readonly mayGoOn: () => 'yes' | 'lost' | 'switched-off'
  readonly signal: AbortSignal
}

/** What the host said of the appointment. */
export type Truth =
  | { readonly kind: 'present'; readonly appointment: Appointment }
  | { readonly kind: 'absent' }
  | { readonly kind: 'invalid'; readonly error: AppointmentError }

/** How one user's calendar came out of a round. */
export interface UserOutcome {
  readonly next: 'settled' | 'reload' | 'lost'
  readonly follow: readonly Follow[]
}

/** What is left to do for a user after a round. */
export interface Follow {
  readonly cause: RetryCause
  readonly code: string
  /** Given: the mark waits exactly that long, and the run counts as no failure. */
  readonly delayMs?: number | undefined
  /** At least that long, as Google asked. */
  readonly retryAfterMs?: number | undefined
  /** Worth trying again inside this run. */
  readonly soon: boolean
}

export const SETTLED: UserOutcome = Object.freeze({
  next: 'settled',
  follow: Object.freeze([]) as readonly Follow[],
})
