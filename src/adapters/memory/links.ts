import type { ClaimKey } from '../../contracts/claim-store.ts'
import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { Link } from '../../contracts/link.ts'
import type {
  LinkCondition,
  LinkPage,
  LinkRefused,
  LinkRewrite,
  LinkStore,
  LinkSummary,
  LinkWrite,
  LinkWriteResult,
  PageOptions,
  StaleCondition,
} from '../../contracts/link-store.ts'
import { StoreError } from '../../errors.ts'
import { copy } from './copy.ts'
import type { MemoryDatabase } from './database.ts'
import { refKey } from './keys.ts'
import type { LinkRow } from './link-table.ts'
import { sequenceAfter, takePage } from './page.ts'

export class MemoryLinkStore implements LinkStore {
  readonly #database: MemoryDatabase

  constructor(database: MemoryDatabase) {
    this.#database = database
  }

  async write(claim: ClaimKey, write: LinkWrite): Promise<LinkWriteResult> {
    const { connections, links, clock } = this.#database
    const refused = this.#refusal(claim, write)
    if (refused) return refused
    const { account, target } = write
    const row = links.get({ account, ref: claim.ref, target })
    const ofEvent = links.ofEvent(target, write.set.eventId)
    if (ofEvent && ofEvent !== row) {
      throw new StoreError('Two appointments claim one event: the link was not written.', { account })
    }
    const connection = connections.get(account)
    const version = this.#database.next()
    const now = clock.now()
    const intents = write.intent
      ? [...write.set.intents, { ...write.intent, number: version, at: now }]
      : write.set.intents
    const link: Link = copy({ ...write.set, account, ref: claim.ref, target, version, intents })
    if (connection) connection.linkVersion = version
    if (row) links.replace(row, link)
    else links.add({ seq: version, link })
    return { ok: true, link: copy(link), now }
  }

  async remove(claim: ClaimKey, condition: LinkCondition): Promise<{ readonly ok: true } | LinkRefused> {
    const { links } = this.#database
    const refused = this.#refusal(claim, condition)
    if (refused) return refused
    const row = links.get({ account: condition.account, ref: claim.ref, target: condition.target })
    if (row) links.delete(row)
    return { ok: true }
  }

  async ofRef(ref: AppointmentRef): Promise<readonly Link[]> {
    return this.#database.links.ofRef(refKey(ref)).map(row => copy(row.link))
  }

  async page(account: AccountRef, options: PageOptions): Promise<LinkPage> {
    return toPage(this.#database.links.ofAccount(account, sequenceAfter(options)), options.limit)
  }

  async stale(account: AccountRef, current: StaleCondition, options: PageOptions): Promise<LinkPage> {
    const rows = this.#database.links.ofAccount(account, sequenceAfter(options))
    return toPage(staleOnes(rows, current), options.limit)
  }

  async rewrite(account: AccountRef, rewrite: LinkRewrite): Promise<{ next?: string } | null> {
    const { connections, links } = this.#database
    const connection = connections.get(account)
    if (connection?.connection.epoch !== rewrite.epoch) return null
    const { rows, more } = takePage(links.ofAccount(account, sequenceAfter(rewrite)), rewrite.limit)
    for (const row of rows) {
      const version = this.#database.next()
      connection.linkVersion = version
      const { ref, target } = row.link
      links.replace(row, copy({ ...rewrite.change(copy(row.link)), account, ref, target, version }))
    }
    const last = rows.at(-1)
    return more && last ? { next: String(last.seq) } : {}
  }

  async summary(account: AccountRef, options: { readonly cap: number }): Promise<LinkSummary> {
    const { cap } = options
    let live = 0
    let pending = 0
    let failed = 0
    let lastSyncedAt: number | undefined
    for (const { link } of this.#database.links.ofAccount(account)) {
      if (link.event === 'live') live++
      if (link.status === 'pending') pending++
      if (link.status === 'failed') failed++
      if (link.syncedAt !== undefined) lastSyncedAt = Math.max(link.syncedAt, lastSyncedAt ?? link.syncedAt)
    }
    const counts = {
      live: Math.min(live, cap),
      pending: Math.min(pending, cap),
      failed: Math.min(failed, cap),
    }
    return lastSyncedAt === undefined ? counts : { ...counts, lastSyncedAt }
  }

  #refusal(claim: ClaimKey, condition: LinkCondition): LinkRefused | undefined {
    const { connections, links, turns } = this.#database
    if (!turns.held(claim)) return { ok: false, reason: 'fence' }
    const connection = connections.get(condition.account)?.connection
    if (connection?.epoch !== condition.epoch) return { ok: false, reason: 'epoch' }
    const { account, target, settingsVersion } = condition
    if (settingsVersion !== undefined && settingsVersion !== connection.settingsVersion) {
      return { ok: false, reason: 'settings' }
    }
    const version = links.get({ account, ref: claim.ref, target })?.link.version ?? null
    return version === condition.expectedVersion ? undefined : { ok: false, reason: 'version' }
  }
}

function* staleOnes(rows: Iterable<LinkRow>, current: StaleCondition): IterableIterator<LinkRow> {
  for (const row of rows) {
    const { target, settingsVersion, behind } = row.link
    if (behind || target !== current.target || settingsVersion < current.settingsVersion) yield row
  }
}

function toPage(source: Iterable<LinkRow>, limit: number): LinkPage {
  const { rows, more } = takePage(source, limit)
  const links = rows.map(row => copy(row.link))
  const last = rows.at(-1)
  return more && last ? { links, next: String(last.seq) } : { links }
}
