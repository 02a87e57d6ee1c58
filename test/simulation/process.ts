import { assembleFrame, assembleWorks, type Works } from '../../src/assembly.ts'
import type { Runtime } from '../../src/contracts/runtime.ts'
import type { SyncStateStore } from '../../src/contracts/state-store.ts'
import { StoreError } from '../../src/errors.ts'
import { createCalendarApi } from '../../src/google/calendar-api.ts'
import { createLimiter } from '../../src/google/limiter.ts'
import { createSealedTokenStore } from '../../src/oauth/index.ts'
import {
  FREEZES_MS,
  STORE_FAULTS,
  STORE_SLOW_MS,
  type StoreFault,
  WIRE_FAULTS,
  type WireFault,
} from './faults.ts'
import { opensOnce } from './opened-values.ts'
import { CommittedIntents } from './oracles/committed-intents.ts'
import { gatedState, gatedTokens } from './ports.ts'
import { simRuntime } from './runtime.ts'
import { calendarTransport, oauthTransport } from './transport.ts'
import type { World } from './world.ts'

const MAX_STORE_MS = 8

/** One process of the host with the real engine in it. It can die or freeze at any await of a port. */
export class SimProcess {
  readonly world: World
  readonly id: number
  readonly runtime: Runtime
  readonly state: SyncStateStore
  dead = false
  frozenUntil = 0
  readonly intents = new CommittedIntents()
  readonly refreshing = new Map<string, number>()
  /** When this process last read what the host holds, by ref. */
  readonly truthAt = new Map<string, number>()
  /** Quota units of the last minute, by Google user. */
  readonly spent = new Map<string, { readonly at: number; readonly units: number }[]>()
  #works: Works | undefined

  constructor(world: World, id: number) {
    this.world = world
    this.id = id
    const skewMs = world.skews[id % world.skews.length] ?? 0
    this.runtime = simRuntime(world.scheduler, this, {
      skewMs,
      log: line => world.oracles.heard('log', line),
    })
    this.state = gatedState(world.stores.state, this.gate)
  }

  get works(): Works | undefined {
    return this.dead ? undefined : this.#works
  }

  async start(): Promise<void> {
    const { world, runtime } = this
    const { oracles } = world
    const options = {
      ...world.options,
      runtime,
      stateStore: this.state,
      tokenStore: gatedTokens(world.stores.tokens, this.gate),
      jobQueue: world.queue.of(this),
      appointmentSource: world.host.sourceFor(this),
      onIssue: oracles.issue,
      onAudit: oracles.audited,
    }
    const frame = assembleFrame(options)
    const { workers, userUnits } = world.setup
    const limiter = createLimiter({ ...runtime, workers, userUnits })
    const openApi = createCalendarApi({ transport: calendarTransport(this), limiter, runtime })
    const oauth = oauthTransport(this, world.client)
    const google = { calendar: calendarTransport(this), oauth }
    const keyring = opensOnce(frame.keyring, world.opened)
    const tokens = createSealedTokenStore(options.tokenStore, keyring)
    const zones = world.environment.mapperZones
    const works = await assembleWorks({ ...frame, ...{ zones, keyring, tokens, google, openApi } })
    this.#works = works
    await works.engine.start()
  }

  crash(): void {
    if (this.dead) return
    this.dead = true
    this.world.processDied(this)
  }

  /** Not any more once the faults have stopped: one that was decided before, while it slept, would begin only now. */
  freeze(ms: number = this.world.faults.pick(FREEZES_MS)): void {
    if (this.world.isCalm) return
    this.frozenUntil = Math.max(this.frozenUntil, this.world.scheduler.now + ms)
    this.world.note(`process ${this.id} freezes for ${ms} ms`)
  }

  wireFault(site: string): WireFault | undefined {
    const fault = WIRE_FAULTS[this.world.faults.weighted(this.world.wireWeightsAt(site)) - 1]
    if (fault) this.#struck(site, fault)
    return fault
  }

  /** A call of a store or of the host: its request arrives at one point, its answer at another. */
  readonly gate = <T>(site: string, work: () => Promise<T>, args: readonly unknown[]): Promise<T> => {
    const { world } = this
    const fault = this.#storeFault(site)
    const observed = () => {
      if (!world.oracles.watches(site)) return work()
      return work().then(result => {
        world.oracles.stored(this, site, args, result)
        return result
      })
    }
    if (fault === undefined && world.setup.store === 'instant') return observed()
    return new Promise((resolve, reject) => {
      if (fault === 'crash-before') {
        this.crash()
        return
      }
      if (fault === 'freeze-before') this.freeze()
      const arrive = () => {
        if (fault === 'error-before') {
          this.#answer(site, 0, () => reject(storeFailed()))
          return
        }
        const back = fault === 'slow' ? world.faults.pick(STORE_SLOW_MS) : this.#hop()
        observed().then(
          result => {
            if (fault === 'crash-after') {
              this.crash()
              return
            }
            if (fault === 'freeze-after') this.freeze()
            const settle = fault === 'error-after' ? () => reject(storeFailed()) : () => resolve(result)
            this.#answer(site, back, settle)
          },
          error => this.#answer(site, back, () => reject(error)),
        )
      }
      if (fault === undefined && world.setup.store === 'answers') arrive()
      else world.scheduler.after(this.#hop(), site, arrive, this)
    })
  }

  #storeFault(site: string): StoreFault | undefined {
    const fault = STORE_FAULTS[this.world.faults.weighted(this.world.storeWeightsAt(site)) - 1]
    if (fault) this.#struck(site, fault)
    return fault
  }

  #struck(site: string, fault: string): void {
    this.world.coverage.hit(site, fault)
    this.world.note(`${fault} at ${site} in process ${this.id}`)
  }

  #answer(site: string, ms: number, settle: () => void): void {
    this.world.scheduler.after(ms, site, settle, this)
  }

  #hop(): number {
    return Math.floor(this.world.scheduler.float() * MAX_STORE_MS)
  }
}

function storeFailed(): StoreError {
  return new StoreError('The store is away.', {})
}
