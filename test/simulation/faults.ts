import type { FaultName } from '../../src/testing/index.ts'

/** What can become of a call of a store, or of the host's source. */
export const STORE_FAULTS = [
  'crash-before',
  'crash-after',
  'freeze-before',
  'freeze-after',
  'error-before',
  'error-after',
  'slow',
] as const
export type StoreFault = (typeof STORE_FAULTS)[number]

/** What can become of a request to Google besides an answer that refuses it. */
export const WIRE_FAULTS = [
  'crash-before',
  'crash-in-flight',
  'crash-after',
  'freeze-before',
  'freeze-after',
  'late',
  'lost-before',
  'lost-after',
  'reset-before',
  'reset-after',
  'slow',
  'truncated',
] as const
export type WireFault = (typeof WIRE_FAULTS)[number]

/** Refusals that any healthy account meets now and then. */
export const REFUSALS: readonly FaultName[] = [
  'authError',
  'rateLimitExceeded',
  'rateLimited',
  'userRateLimitExceeded',
  'conditionNotMet',
  'internalError',
  'serviceUnavailable',
  'badGatewayHtml',
  'gatewayTimeout',
  'forbidden',
]
export const TOKEN_REFUSALS: readonly FaultName[] = [
  'temporarilyUnavailable',
  'internalError',
  'rateLimited',
  'invalidGrant',
]

/** Shares of all calls. Drawn per history, so that some are calm and some brutal. */
export interface FaultRates {
  /** Each crash, per port call. */
  readonly process: number
  /** Each freeze, per port call. */
  readonly freeze: number
  /** A store that fails or dawdles. */
  readonly store: number
  /** Each fault of the wire. */
  readonly wire: number
  /** Each refusal. */
  readonly refusal: number
  /** The refusals that engines take for good: 403 `forbidden`, and `invalid_grant`. */
  readonly forbidden: number
  /** Wake-ups lost, and doubled. */
  readonly wake: number
}

export const NO_FAULTS: FaultRates = Object.freeze({
  process: 0,
  freeze: 0,
  store: 0,
  wire: 0,
  refusal: 0,
  forbidden: 0,
  wake: 0,
})

export const FREEZES_MS: readonly number[] = [50, 1_000, 6_000, 17_000, 45_000, 100_000, 400_000]
export const LATE_MS: readonly number[] = [20, 300, 4_000, 20_000, 60_000, 130_000, 230_000, 290_000]
export const SLOW_MS: readonly number[] = [400, 3_000, 12_000, 29_000, 50_000]
export const STORE_SLOW_MS: readonly number[] = [40, 700, 9_000, 20_000]

/** What becomes of requests while nothing comes back from Google. */
export const OUTAGE: readonly WireFault[] = [
  'lost-before',
  'lost-after',
  'reset-before',
  'reset-after',
  'late',
  'late',
]
export const OUTAGES_MS: readonly number[] = [4_000, 40_000, 200_000, 700_000]

function rateOf(fault: string, rates: FaultRates, other: 'store' | 'wire'): number {
  if (fault.startsWith('crash')) return rates.process
  return fault.startsWith('freeze') ? rates.freeze : rates[other]
}

export function storeWeights(rates: FaultRates): readonly number[] {
  return STORE_FAULTS.map(fault => rateOf(fault, rates, 'store'))
}

/** A request is rarer than a call of a store, so that processes die and sleep there three times as often. */
export function wireWeights(rates: FaultRates): readonly number[] {
  const there = { ...rates, process: rates.process * 3, freeze: rates.freeze * 3 }
  return WIRE_FAULTS.map(fault => rateOf(fault, there, 'wire'))
}

/** At calls that are seldom made (`Setup.stress`), unless the history is calm. */
const STRESS: FaultRates = { ...NO_FAULTS, process: 0.02, freeze: 0.02, store: 0.03, wire: 0.02 }
export const STORE_STRESS = storeWeights(STRESS)
export const WIRE_STRESS = wireWeights(STRESS)
