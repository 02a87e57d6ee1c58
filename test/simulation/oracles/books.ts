import type { Connection } from '../../../src/contracts/connection.ts'
import type { Link } from '../../../src/contracts/link.ts'
import type { LinkWrite } from '../../../src/contracts/link-store.ts'
import { createSealedTokenStore } from '../../../src/oauth/index.ts'
import { accountId, refId } from '../ledger.ts'
import { opensOnce } from '../opened-values.ts'
import type { SimProcess } from '../process.ts'
import type { World } from '../world.ts'

interface Stored {
  readonly ok: boolean
  readonly link?: Link
  readonly reason?: string
}

/** What the state store was asked to write: counters that only grow, and nothing new for a tie that ends. */
export class Books {
  readonly #world: World
  readonly #versions = new Map<string, number>()
  readonly #fences = new Map<string, number>()
  readonly #generations = new Map<string, number>()
  readonly #statuses = new Map<string, string>()
  readonly #settings = new Map<string, string>()
  readonly #calendars = new Map<string, Set<string>>()
  readonly #grantEpochs = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
  }

  link(process: SimProcess, site: string, args: readonly unknown[], result: Stored): void {
    const { oracles, coverage, ledger, now } = this.#world
    if (result === null) return
    if (result.ok === false) {
      coverage.path(`refused ${result.reason}`)
      return
    }
    const { link } = result
    if (!link) return
    const write = args[1] as LinkWrite
    const account = accountId(link.account)
    oracles.heard('link', JSON.stringify(link))
    if (link.version <= (this.#versions.get(account) ?? 0))
      oracles.fail('S14', `link version ${link.version} of ${account} did not grow`)
    this.#versions.set(account, link.version)
    const key = `${account} ${refId(link.ref)} ${link.target}`
    const generation = this.#generations.get(key) ?? 0
    if (link.generation > generation) coverage.path('generation raised')
    this.#generations.set(key, link.generation)
    if (write.expectedVersion === null && link.event === 'unknown') coverage.path('adopted by repair')
    if (!write.intent) return
    coverage.path(site)
    if (link.intents.length > 1) coverage.path('several open intents')
    const { appVersion } = write.intent
    const truthAt = process.truthAt.get(refId(link.ref)) ?? now
    process.intents.add(link.eventId, { at: now, number: link.version, appVersion, truthAt })
    const status = this.#world.database.connections.get(link.account)?.connection.status
    if (status === 'disconnecting' || status === 'disconnected')
      oracles.fail('S11', `an intent was recorded for ${account}, which is ${status}`)
    if (ledger.origins.get(link.eventId) === undefined)
      ledger.origins.set(link.eventId, { ref: refId(link.ref), account })
  }

  connection(connection: Connection | null): void {
    if (connection === null) return
    const { ledger, oracles, now, coverage } = this.#world
    const account = accountId(connection.account)
    oracles.heard('connection', JSON.stringify(connection))
    const { target } = connection
    if (target?.kind === 'dedicated' && target.calendarId !== '') {
      const { email } = this.#world.member(connection.account)
      this.#calendars.set(email, (this.#calendars.get(email) ?? new Set()).add(target.calendarId))
    }
    const before = this.#statuses.get(account) ?? 'active'
    this.#statuses.set(account, connection.status)
    if (before !== connection.status) {
      this.#world.note(`${account} becomes ${connection.status} ${connection.cause ?? ''}`)
      coverage.path(`status ${connection.status}`)
      ledger.ties.push({ at: now, account, kind: 'trouble' })
    }
    const settings = JSON.stringify(connection.settings)
    if (this.#settings.get(account) === settings) return
    this.#settings.set(account, settings)
    ledger.settings.push({ at: now, account, settings: connection.settings })
  }

  /** Calendars that the library made for a Google account, also those it has left. */
  calendarsOf(email: string): ReadonlySet<string> {
    return this.#calendars.get(email) ?? new Set()
  }

  claim(site: string, args: readonly unknown[], result: unknown): void {
    const { oracles, coverage } = this.#world
    if (site === 'claims.claim') {
      if (!result) return
      const { ref, fence } = result as { ref: { workspaceId: string; appointmentId: string }; fence: number }
      const last = this.#fences.get(refId(ref)) ?? 0
      if (fence <= last) oracles.fail('S14', `fence ${fence} of ${refId(ref)} did not grow`)
      if (last > 0) coverage.path('claimed again')
      this.#fences.set(refId(ref), fence)
      return
    }
    if (result === null) coverage.path('finish refused')
    else
      for (const mark of (args[1] as { addMarks: readonly { cause?: string }[] }).addMarks)
        coverage.path(`mark waits: ${mark.cause}`)
  }

  /** A newer grant is never overwritten by an older one. */
  token(args: readonly unknown[], result: unknown): void {
    const { oracles, coverage, environment, opened } = this.#world
    if (result === null) {
      coverage.path('token put lost the race')
      return
    }
    const [account, value] = args as [{ workspaceId: string; userId: string }, string]
    oracles.heard('tokens', value)
    const id = accountId(account)
    const peek = { get: async () => ({ value, version: '' }) }
    void createSealedTokenStore(peek as never, opensOnce(environment.keyring, opened))
      .get(account)
      .then(grant => {
        const epoch = grant?.tokens.epoch ?? 0
        if (epoch < (this.#grantEpochs.get(id) ?? 0) && grant)
          oracles.fail('S11', `a grant of an older epoch was stored for ${id}`)
        if (grant) this.#grantEpochs.set(id, epoch)
      })
  }
}
