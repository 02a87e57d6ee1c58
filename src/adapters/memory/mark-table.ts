import type { AccountRef } from '../../contracts/identity.ts'
import type { Lane } from '../../contracts/job-queue.ts'
import type { Mark, NewMark } from '../../contracts/mark-store.ts'
import { Groups } from './groups.ts'
import { accountKey, refKey } from './keys.ts'
import { OrderedIndex } from './ordered-index.ts'

export const LANES: readonly Lane[] = ['interactive', 'pull', 'bulk']

export interface MarkRow {
  readonly seq: number
  readonly ref: string
  readonly mark: Omit<Mark, 'dueAt'>
  dueAt: number
}

type DueOrder = Pick<MarkRow, 'dueAt' | 'seq'>

const byDueTime = (a: DueOrder, b: DueOrder) => a.dueAt - b.dueAt || a.seq - b.seq

interface BulkOfAccount {
  readonly account: AccountRef
  readonly rows: OrderedIndex<DueOrder, MarkRow>
}

/** The rows of all marks with the ways they are looked up. */
export class MarkTable {
  readonly #byId = new Map<string, MarkRow>()
  readonly #byRef = new Groups<MarkRow>()
  readonly #byAccount = new Groups<MarkRow>()
  readonly #bulk = new Map<string, BulkOfAccount>()
  readonly #byLane = new Map(
    LANES.map(lane => [lane, new OrderedIndex<DueOrder, MarkRow>(byDueTime)] as const),
  )

  add(row: MarkRow): void {
    this.#byId.set(row.mark.id, row)
    this.#byRef.add(row.ref, row)
    const account = accountOf(row)
    if (account) this.#byAccount.add(accountKey(account), row)
    this.#addDue(row)
  }

  /** Only when it is a mark of that ref: a turn at one ref never touches another's marks. */
  delete(id: string, ref: string): void {
    const row = this.#byId.get(id)
    if (row?.ref !== ref) return
    this.#byId.delete(id)
    this.#byRef.delete(row.ref, row)
    const account = accountOf(row)
    if (account) this.#byAccount.delete(accountKey(account), row)
    this.#deleteDue(row)
  }

  setDue(row: MarkRow, dueAt: number): void {
    this.#deleteDue(row)
    row.dueAt = dueAt
    this.#addDue(row)
  }

  hasRef(ref: string): boolean {
    return this.#byRef.has(ref)
  }

  ofRef(ref: string): readonly MarkRow[] {
    return this.#byRef.of(ref)
  }

  aimedAt(account: AccountRef): readonly MarkRow[] {
    return this.#byAccount.of(accountKey(account))
  }

  due(lane: Lane, now: number): Iterable<MarkRow> {
    return untilDue(this.#byLane.get(lane), now)
  }

  dueBulk(account: AccountRef, now: number): Iterable<MarkRow> {
    return untilDue(this.#bulk.get(accountKey(account))?.rows, now)
  }

  countBulk(account: AccountRef): number {
    return this.#bulk.get(accountKey(account))?.rows.size ?? 0
  }

  /** The one that waits longest first, so that none is passed over for ever. */
  dueBulkAccounts(now: number): readonly AccountRef[] {
    const due: { readonly account: AccountRef; readonly first: MarkRow }[] = []
    for (const { account, rows } of this.#bulk.values()) {
      for (const first of untilDue(rows, now)) {
        due.push({ account, first })
        break
      }
    }
    return due.sort((a, b) => byDueTime(a.first, b.first)).map(({ account }) => account)
  }

  #addDue(row: MarkRow): void {
    this.#byLane.get(row.mark.lane)?.add(row)
    const account = accountOf(row)
    if (row.mark.lane !== 'bulk' || !account) return
    const key = accountKey(account)
    const held = this.#bulk.get(key) ?? { account, rows: new OrderedIndex<DueOrder, MarkRow>(byDueTime) }
    held.rows.add(row)
    this.#bulk.set(key, held)
  }

  #deleteDue(row: MarkRow): void {
    this.#byLane.get(row.mark.lane)?.delete(row)
    const account = accountOf(row)
    if (row.mark.lane !== 'bulk' || !account) return
    const key = accountKey(account)
    const rows = this.#bulk.get(key)?.rows
    rows?.delete(row)
    if (rows?.size === 0) this.#bulk.delete(key)
  }
}

function* untilDue(
  rows: OrderedIndex<DueOrder, MarkRow> | undefined,
  now: number,
): IterableIterator<MarkRow> {
  for (const row of rows?.after() ?? []) {
    if (row.dueAt > now) return
    yield row
  }
}

export function newMarkRow(seq: number, mark: NewMark, now: number): MarkRow {
  const { ref, lane, origin, userId, cause } = mark
  return {
    seq,
    ref: refKey(ref),
    mark: {
      id: String(seq),
      ref: { workspaceId: ref.workspaceId, appointmentId: ref.appointmentId },
      lane,
      origin,
      verify: mark.verify ?? false,
      attempts: mark.attempts ?? 0,
      ...(userId === undefined ? {} : { userId }),
      ...(cause === undefined ? {} : { cause }),
    },
    dueAt: now + (mark.delayMs ?? 0),
  }
}

export function toMark(row: MarkRow): Mark {
  return { ...row.mark, ref: { ...row.mark.ref }, dueAt: row.dueAt }
}

function accountOf({ mark }: MarkRow): AccountRef | undefined {
  return mark.userId === undefined ? undefined : { workspaceId: mark.ref.workspaceId, userId: mark.userId }
}
