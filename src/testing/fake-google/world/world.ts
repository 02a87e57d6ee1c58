import type { Random } from '../../../contracts/runtime.ts'
import { Calendars } from '../calendar/calendars.ts'
import { Groups } from '../calendar/groups.ts'
import { Outbox } from '../calendar/mail.ts'
import { PageSequences } from '../calendar/page-sequences.ts'
import { PendingConferences } from '../calendar/pending-conferences.ts'
import { Zones } from '../calendar/zones.ts'
import { FaultPlan } from '../faults/fault-plan.ts'
import { LateRequests } from '../faults/late-requests.ts'
import { Quota, type QuotaLimits } from '../limits/quota.ts'
import { Report } from '../limits/report.ts'
import { Grants } from '../oauth/grants.ts'
import { createSigningKey, type SigningKey } from '../oauth/signing-key.ts'
import { Channels } from '../push/channels.ts'
import { Outgoing } from '../push/outgoing.ts'
import { Clients } from './clients.ts'
import { Ids } from './ids.ts'
import { SeededRandom } from './seeded-random.ts'
import type { Switches } from './switches.ts'
import { type FakeClock, TimeSource } from './time-source.ts'
import { Users } from './users.ts'

interface WorldInput {
  readonly clock: FakeClock
  readonly ids: Random
  readonly chance: Random
  readonly quota: QuotaLimits
  readonly switches: Switches
  readonly latencyMs: number
  readonly journalSize: number
  readonly signingKey: SigningKey | undefined
  readonly zones: Zones | undefined
}

/** Everything the fake knows. One per fake; nothing is shared between fakes unless passed in. */
export class World {
  readonly time: TimeSource
  readonly chance: Random
  readonly ids: Ids
  readonly users: Users
  readonly clients: Clients
  readonly grants: Grants
  readonly calendars: Calendars
  readonly zones: Zones
  readonly outbox = new Outbox()
  readonly pages = new PageSequences()
  readonly groups = new Groups()
  readonly conferences = new PendingConferences()
  readonly channels = new Channels()
  readonly outgoing: Outgoing
  readonly faults: FaultPlan
  readonly late = new LateRequests()
  readonly quota: Quota
  readonly report: Report
  readonly switches: Switches
  latencyMs: number
  /** Newest first; two are published, so that what was signed before a rotation still verifies. */
  private _signingKeys: readonly SigningKey[]
  private readonly _injected: readonly unknown[]

  constructor(input: WorldInput) {
    this.time = new TimeSource(input.clock)
    this.zones = input.zones ?? new Zones()
    this.chance = input.chance
    this.ids = new Ids(input.ids)
    this.users = new Users(this.ids)
    this.clients = new Clients(this.ids)
    this.grants = new Grants(this.ids, input.switches)
    this.calendars = new Calendars(this.ids)
    this.faults = new FaultPlan(input.chance)
    this.outgoing = new Outgoing(input.chance)
    this.quota = new Quota(input.quota)
    this.report = new Report(input.journalSize)
    this.switches = input.switches
    this.latencyMs = input.latencyMs
    this._signingKeys = input.signingKey ? [input.signingKey] : []
    this._injected = [input.clock, this.zones, input.ids, input.chance].filter(
      one => !(one instanceof SeededRandom),
    )
  }

  get signingKey(): SigningKey {
    return this.signingKeys[0] ?? this.rotateSigningKey()
  }

  get signingKeys(): readonly SigningKey[] {
    if (this._signingKeys.length === 0) this.rotateSigningKey()
    return this._signingKeys
  }

  rotateSigningKey(): SigningKey {
    const key = createSigningKey(this.ids.keyId())
    this._signingKeys = [key, ...this._signingKeys].slice(0, 2)
    return key
  }

  /** What belongs to whoever made this fake, and to no snapshot. */
  get outside(): ReadonlySet<unknown> {
    return new Set([...this._injected, ...this._signingKeys])
  }
}
