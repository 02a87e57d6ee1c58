import type { Fetch, Random } from '../../contracts/runtime.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import type { Zones } from './calendar/zones.ts'
import { type QuotaSetting, quotaLimits } from './control/conditions.ts'
import { createControl, type FakeGoogleControl } from './control/control.ts'
import { handle, settleLate } from './handle.ts'
import type { SigningKey } from './oauth/signing-key.ts'
import { noticeChanges } from './push/notice-changes.ts'
import { Delivery } from './shells/delivery.ts'
import { memoryFetch } from './shells/memory-fetch.ts'
import type { Exchange, FakeRequest } from './wire/exchange.ts'
import { SeededRandom } from './world/seeded-random.ts'
import { DEFAULT_SWITCHES, type Switches } from './world/switches.ts'
import type { FakeClock } from './world/time-source.ts'
import { World } from './world/world.ts'

export interface FakeGoogleOptions {
  /** Default: the system's. Without `sleep`, delays are skipped. */
  readonly clock?: FakeClock
  /** Of ids, tokens and chance; the same seed gives the same run. Default 1. */
  readonly seed?: number
  /** Instead of the seeded one. */
  readonly random?: Random
  /** Default: Google's own numbers. */
  readonly quota?: QuotaSetting
  readonly switches?: Partial<Switches>
  /** Added to every answer. Default 0. */
  readonly latencyMs?: number
  /** How many of the latest requests `control.requests()` keeps. Default 1,000. */
  readonly journalSize?: number
  /** Generated when first needed; pass one to share its cost between fakes. */
  readonly signingKey?: SigningKey
  /**
   * Carries push notifications and security events to the app. Without it nothing is sent: they wait to be looked
   * at with `control.waitingPushes()`.
   */
  readonly deliver?: Fetch
  /** A cache of time zones; pass one to share its cost between fakes. */
  readonly zones?: Zones
}

export interface FakeGoogle {
  readonly control: FakeGoogleControl
  /** The in-memory shell: takes the place of the network, whatever the host of the URL. */
  readonly fetch: Fetch
  /** The core: no I/O, no waiting. The caller acts out delay and delivery. */
  handle(request: FakeRequest): Exchange
  /** Sends the messages that are due and waits for the app's answers. Answers how many there were. */
  deliverPushes(): Promise<number>
  /** Ends the waiting for later messages. */
  close(): void
}

export function createFakeGoogle(options: FakeGoogleOptions = {}): FakeGoogle {
  const { clock = systemRuntime.clock, seed = 1, random, quota = 'google', switches, latencyMs = 0 } = options
  const world = new World({
    clock,
    ids: random ?? new SeededRandom(seed),
    // A stream of its own, so that injected faults do not change the ids.
    chance: random ?? new SeededRandom(~seed),
    quota: quotaLimits(quota),
    switches: { ...DEFAULT_SWITCHES, ...switches },
    latencyMs,
    journalSize: options.journalSize ?? 1000,
    signingKey: options.signingKey,
    zones: options.zones,
  })
  const delivery = options.deliver && new Delivery(world, options.deliver)
  const changed = () => (delivery ? delivery.kick() : noticeChanges(world))
  const control = createControl(world, () => settleLate(world), changed)
  const handleRequest = (request: FakeRequest) => {
    const exchange = handle(world, control, request)
    if (!exchange.sendsFirst) changed()
    return exchange
  }
  const sendFirst = async () => delivery?.settleFor()
  return {
    control,
    handle: handleRequest,
    fetch: memoryFetch(world, handleRequest, sendFirst),
    deliverPushes: async () => (await delivery?.settle()) ?? 0,
    close: () => delivery?.close(),
  }
}
