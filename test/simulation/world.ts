import { MemoryDatabase } from '../../src/adapters/memory/database.ts'
import { LANES } from '../../src/adapters/memory/mark-table.ts'
import { type MemoryStores, storesOver } from '../../src/adapters/memory/stores.ts'
import type { AccountRef } from '../../src/contracts/identity.ts'
import type { GoogleAnswer } from '../../src/google/transport.ts'
import {
  createSealedTokenStore,
  FIRST_SETTINGS,
  scopesFor,
  subjectOf,
  targetKey,
} from '../../src/oauth/index.ts'
import { Host } from './actors/host.ts'
import { Coverage } from './coverage.ts'
import { CLIENT, type Environment, REDIRECT_URI } from './environment.ts'
import {
  type FaultRates,
  NO_FAULTS,
  OUTAGE,
  REFUSALS,
  STORE_STRESS,
  storeWeights,
  TOKEN_REFUSALS,
  WIRE_STRESS,
  type WireFault,
  wireWeights,
} from './faults.ts'
import { fromWire } from './google-wire.ts'
import { accountId, Ledger } from './ledger.ts'
import { Oracles } from './oracles/oracles.ts'
import { SimProcess } from './process.ts'
import { SimQueue } from './queue.ts'
import { Scheduler } from './scheduler.ts'
import type { Tape } from './tape.ts'
import { createFakeGoogle, type FakeGoogle, type FakeRequest, type JsonObject } from './testing.ts'
import type { Setup } from './workloads.ts'

export const START = Date.UTC(2026, 10, 23, 8)
const RESTARTS_MS: readonly number[] = [100, 2_000, 30_000]

export interface Member {
  readonly account: AccountRef
  readonly email: string
  readonly sub: string
}

/** Everything of one history: people, processes, stores and a Google, all moved by one scheduler. */
export class World {
  readonly environment: Environment
  readonly setup: Setup
  readonly acts: Tape
  readonly faults: Tape
  readonly scheduler: Scheduler
  readonly database: MemoryDatabase
  readonly stores: MemoryStores
  readonly google: FakeGoogle
  readonly ledger = new Ledger()
  readonly coverage = new Coverage()
  readonly oracles: Oracles
  readonly host: Host
  readonly queue: SimQueue
  readonly skews: readonly number[]
  readonly processes: SimProcess[] = []
  readonly script: string[] = []
  /** Sealed values that were opened, in clear. */
  readonly opened = new Map<string, string>()
  readonly redirectUri = REDIRECT_URI
  readonly client = CLIENT
  rates: FaultRates
  #storeWeights: readonly number[] = []
  #wireWeights: readonly number[] = []
  /** A request landed later than Google ever would by our assumption (G21): a process slept over its own intent. */
  beyondBound = false
  /** Until then next to nothing comes back from Google. */
  outageUntil = 0
  /** The faults have stopped. */
  isCalm = false
  #processIds = 0
  readonly #emails = new Map<string, string>()
  #refusalWeights: readonly number[] = []
  #tokenWeights: readonly number[] = []

  constructor(environment: Environment, setup: Setup, seed: number, tapes: { acts: Tape; faults: Tape }) {
    this.environment = environment
    this.setup = setup
    this.acts = tapes.acts
    this.faults = tapes.faults
    this.scheduler = new Scheduler(seed, START, () => this.#nextDue())
    const clock = {
      now: () => this.scheduler.now,
      sleep: () => Promise.reject(new Error('Stores do not sleep.')),
    }
    this.database = new MemoryDatabase(clock)
    this.stores = storesOver(this.database)
    this.google = createFakeGoogle({
      seed,
      clock: { now: clock.now },
      journalSize: 1,
      signingKey: environment.signingKey,
      zones: environment.zones,
      quota: { perUser: setup.userUnits === undefined ? 600 : setup.userUnits, perProject: 10_000 },
      switches: setup.switches,
    })
    this.google.control.createClient({ ...CLIENT, redirectUris: [REDIRECT_URI] })
    this.skews = setup.skews
    this.rates = setup.rates
    this.setRates(setup.rates)
    this.oracles = new Oracles(this)
    this.host = new Host(this)
    this.queue = new SimQueue(this)
  }

  get options() {
    return this.environment.options
  }

  get now(): number {
    return this.scheduler.now
  }

  begin(): void {
    void this.stores.state.identityKey.putIfAbsent(this.environment.sealedIdentity)
    for (const member of this.setup.members) this.#connect(member)
    for (let i = 0; i < this.setup.processes; i++) this.#startProcess()
  }

  setRates(rates: FaultRates): void {
    this.rates = rates
    this.#storeWeights = storeWeights(rates)
    this.#wireWeights = wireWeights(rates)
    this.#refusalWeights = REFUSALS.map(name => (name === 'forbidden' ? rates.forbidden : rates.refusal))
    this.#tokenWeights = TOKEN_REFUSALS.map(name =>
      name === 'invalidGrant' ? rates.forbidden : rates.refusal,
    )
  }

  storeWeightsAt(site: string): readonly number[] {
    return this.#isStressed(site) ? STORE_STRESS : this.#storeWeights
  }

  wireWeightsAt(site: string): readonly number[] {
    return this.#isStressed(site) ? WIRE_STRESS : this.#wireWeights
  }

  #isStressed(site: string): boolean {
    return this.rates !== NO_FAULTS && this.setup.stress.has(site)
  }

  calm(): void {
    this.isCalm = true
    this.setRates(NO_FAULTS)
    this.outageUntil = 0
  }

  note(line: string): void {
    this.script.push(`${String(this.now - START).padStart(9)} ${line}`)
  }

  /** A process that is up; `undefined` while all are down or frozen. */
  anyProcess(): SimProcess | undefined {
    const up = this.processes.filter(process => process.works && process.frozenUntil <= this.now)
    return up.length > 0 ? this.acts.pick(up) : undefined
  }

  processDied(process: SimProcess): void {
    this.note(`process ${process.id} dies`)
    this.queue.leave(process)
    this.processes.splice(this.processes.indexOf(process), 1)
    this.scheduler.after(this.faults.pick(RESTARTS_MS), 'restart', () => this.#startProcess())
  }

  /** One request reaches Google. */
  handle(_process: SimProcess, site: string, request: FakeRequest, mayRefuse: boolean): GoogleAnswer {
    const { control } = this.google
    if (mayRefuse && this.rates.refusal + this.rates.forbidden > 0) {
      const [weights, names] =
        site === 'oauth.token' ? [this.#tokenWeights, TOKEN_REFUSALS] : [this.#refusalWeights, REFUSALS]
      const fault =
        site.startsWith('oauth.') && site !== 'oauth.token'
          ? undefined
          : names[this.faults.weighted(weights) - 1]
      if (fault) {
        this.coverage.hit(site, fault)
        this.note(`${fault} at ${site}`)
        control.fault({ fault })
      }
    }
    const { response } = this.google.handle(request)
    const answer = fromWire(response)
    if (site === 'oauth.token' || site === 'oauth.code') this.#learnToken(answer)
    return answer
  }

  outageFault(): WireFault | undefined {
    return this.now < this.outageUntil ? this.faults.pick(OUTAGE) : undefined
  }

  hasMarks(): boolean {
    return LANES.some(
      lane => !this.database.marks.due(lane, Number.POSITIVE_INFINITY)[Symbol.iterator]().next().done,
    )
  }

  /** Whose access token it is, as far as Google knows. */
  emailOf(accessToken: string): string | undefined {
    return this.#emails.get(accessToken)
  }

  liveEvents(calendarId: string): JsonObject[] {
    return this.google.control.readCalendar(calendarId).events.filter(event => event.status !== 'cancelled')
  }

  member(account: AccountRef): Member {
    const id = accountId(account)
    return this.setup.members.find(member => accountId(member.account) === id) as Member
  }

  #learnToken({ body }: GoogleAnswer): void {
    const token = (body as { access_token?: unknown } | undefined)?.access_token
    const user = this.google.control.requests().at(-1)?.user
    if (typeof token === 'string' && user !== undefined) this.#emails.set(token, user)
  }

  /** When something in the state store is next due. */
  #nextDue(): number {
    let next = Number.POSITIVE_INFINITY
    for (const lane of LANES) {
      for (const row of this.database.marks.due(lane, Number.POSITIVE_INFINITY)) {
        next = Math.min(next, row.dueAt)
        break
      }
    }
    for (const row of this.database.connections.due(Number.POSITIVE_INFINITY)) {
      next = Math.min(next, row.connection.dueAt ?? next)
      break
    }
    return next
  }

  #startProcess(): void {
    const process = new SimProcess(this, this.#processIds++)
    this.processes.push(process)
    void process.start().catch(error => {
      // The store was away: the host's supervisor starts another.
      if (!process.dead) process.crash()
      this.oracles.startFailed(error)
    })
  }

  /** As after the consent page, without its cost: connected long ago. */
  #connect({ account, email, sub }: Member): void {
    const { identity, keyring } = this.environment
    const { control } = this.google
    if (!control.users().some(user => user.email === email))
      control.createUser({ email, sub, timeZone: 'Europe/Berlin' })
    const scopes = scopesFor('primary')
    const { accessToken, refreshToken, expiresAt } = control.grant(email, scopes)
    this.#emails.set(accessToken, email)
    const settings = { ...FIRST_SETTINGS, ...this.setup.settings }
    void this.stores.state.connections.create(account, {
      status: 'active',
      subject: subjectOf(identity, sub),
      target: { key: targetKey(identity, sub, 'primary'), calendarId: 'primary', kind: 'primary' },
      scopes,
      settings,
      acknowledgements: [],
      connectedAt: this.now,
      nextRepairAt: this.now + this.setup.firstRepairMs,
      dueAt: this.now + this.setup.firstRepairMs,
    })
    this.ledger.settings.push({ at: 0, account: accountId(account), settings })
    const epoch = this.database.connections.get(account)?.connection.epoch
    const expires = Math.min(expiresAt, this.now + this.setup.tokenMs)
    void createSealedTokenStore(this.stores.tokens, keyring).put(
      account,
      {
        refreshToken,
        accessToken,
        accessTokenExpiresAt: expires,
        scopes,
        sub,
        grantedAt: this.now,
        ...(epoch !== undefined && { epoch }),
      },
      null,
    )
  }
}
