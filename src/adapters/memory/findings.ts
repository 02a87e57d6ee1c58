import type { Finding, FindingPage, FindingPageOptions, FindingStore } from '../../contracts/finding-store.ts'
import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { Clock } from '../../contracts/runtime.ts'
import type { Forgetful } from './erase.ts'
import { accountKey, refKey } from './keys.ts'
import { OrderedIndex } from './ordered-index.ts'
import { takePage } from './page.ts'

interface ByKey {
  readonly key: string
}

interface FindingRow extends ByKey {
  readonly finding: Finding
  readonly at: number
}

interface Findings {
  readonly account: AccountRef
  readonly rows: Map<string, FindingRow>
  readonly inOrder: OrderedIndex<ByKey, FindingRow>
}

const byKey = (a: ByKey, b: ByKey) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

export class MemoryFindingStore implements FindingStore, Forgetful {
  readonly #clock: Clock
  readonly #accounts = new Map<string, Findings>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async add(account: AccountRef, findings: readonly Finding[]): Promise<void> {
    const at = this.#clock.now()
    const key = accountKey(account)
    const held = this.#accounts.get(key) ?? { account, rows: new Map(), inOrder: new OrderedIndex(byKey) }
    this.#accounts.set(key, held)
    for (const { ref, kind } of findings) {
      remove(held, refKey(ref))
      const finding = { ref: { workspaceId: ref.workspaceId, appointmentId: ref.appointmentId }, kind }
      const row = { key: refKey(ref), finding, at }
      held.rows.set(row.key, row)
      held.inOrder.add(row)
    }
  }

  async count(account: AccountRef, withinMs: number): Promise<{ removals: number; moves: number }> {
    const since = this.#clock.now() - withinMs
    const counts = { removals: 0, moves: 0 }
    for (const { finding, at } of this.#accounts.get(accountKey(account))?.rows.values() ?? []) {
      if (at >= since) counts[finding.kind === 'removal' ? 'removals' : 'moves']++
    }
    return counts
  }

  async list(account: AccountRef, options: FindingPageOptions): Promise<FindingPage> {
    const after = options.after === undefined ? undefined : { key: options.after }
    const since = this.#clock.now() - (options.withinMs ?? Number.POSITIVE_INFINITY)
    const held = this.#accounts.get(accountKey(account))
    const { rows, more } = takePage(youngerThan(since, held?.inOrder.after(after) ?? []), options.limit)
    const findings = rows.map(({ finding }) => ({ ...finding, ref: { ...finding.ref } }))
    const last = rows.at(-1)
    return more && last ? { findings, next: last.key } : { findings }
  }

  async clear(account: AccountRef, ref?: AppointmentRef): Promise<void> {
    const held = this.#accounts.get(accountKey(account))
    if (held && ref) remove(held, refKey(ref))
    if (!ref || held?.rows.size === 0) this.#accounts.delete(accountKey(account))
  }

  forget(isErased: (account: AccountRef) => boolean): void {
    for (const [key, { account }] of [...this.#accounts]) if (isErased(account)) this.#accounts.delete(key)
  }
}

function* youngerThan(since: number, rows: Iterable<FindingRow>): Generator<FindingRow> {
  for (const row of rows) if (row.at >= since) yield row
}

function remove(held: Findings, key: string): void {
  const row = held.rows.get(key)
  if (!row) return
  held.rows.delete(key)
  held.inOrder.delete(row)
}
