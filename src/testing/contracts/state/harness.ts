import type { MaybePromise } from '../../../contracts/appointment-source.ts'
import type { Claim } from '../../../contracts/claim-store.ts'
import type { Connection } from '../../../contracts/connection.ts'
import type { ConnectionFields } from '../../../contracts/connection-store.ts'
import type { AccountRef, AppointmentRef } from '../../../contracts/identity.ts'
import type { Link } from '../../../contracts/link.ts'
import type { LinkWrite } from '../../../contracts/link-store.ts'
import type { SyncStateStore } from '../../../contracts/state-store.ts'
import { must } from '../helpers.ts'
import type { Expect } from '../runner.ts'
import { aMark, aRef, someConnection, someLink } from '../samples.ts'

/** What a store's test file gives for each case: an empty store, and hands to do what the port cannot. */
export interface StateStoreFixture {
  readonly store: SyncStateStore
  /** Another handle to the same data, as another process has. Absent: `store` itself. */
  open?(): MaybePromise<SyncStateStore>
  /** Begins a transaction of the host's, for `marks.insert(…, { transaction })`. */
  beginTransaction?(): MaybePromise<HostTransaction>
  close?(): MaybePromise<void>
}

export interface HostTransaction {
  readonly transaction: unknown
  commit(): MaybePromise<void>
  rollback(): MaybePromise<void>
}

export interface StateHarness {
  readonly store: SyncStateStore
  readonly other: SyncStateStore
  readonly expect: Expect
  readonly advance: (ms: number) => Promise<void>
  readonly beginTransaction: () => Promise<HostTransaction>
}

/** Longer than any case takes, by a real clock too. */
export const LONG_MS = 600_000
/** Short enough to wait for in real time. */
export const SHORT_MS = 40

export function connect(
  store: SyncStateStore,
  account: AccountRef,
  more: Partial<ConnectionFields> = {},
): Promise<Connection> {
  return store.connections.create(account, someConnection(more)).then(made => must(made, 'a new connection'))
}

/** A turn at the ref: marks it and claims it. */
export async function takeTurn(store: SyncStateStore, ref: AppointmentRef, holdMs = LONG_MS): Promise<Claim> {
  await store.marks.insert([aMark(ref)])
  return must(await store.claims.claim(ref, { holdMs }), 'a claim')
}

/** The conditions of a first write that nothing stands against. */
export function firstWrite(connection: Connection, more: Partial<LinkWrite> = {}): LinkWrite {
  return {
    account: connection.account,
    target: 't1',
    expectedVersion: null,
    epoch: connection.epoch,
    settingsVersion: connection.settingsVersion,
    set: someLink(),
    ...more,
  }
}

export async function writeLink(store: SyncStateStore, claim: Claim, write: LinkWrite): Promise<Link> {
  const result = await store.links.write(claim, write)
  if (!result.ok) throw new Error(`Expected the link write to be accepted, it was refused: ${result.reason}.`)
  return result.link
}

/** Ends the turn and deletes the marks it saw. */
export function endTurn(store: SyncStateStore, claim: Claim): Promise<{ readonly more: boolean } | null> {
  return store.claims.finish(claim, { deleteMarks: claim.marks.map(mark => mark.id), addMarks: [] })
}

/** The store's own clock, as a claim tells it. */
export async function storeTime(store: SyncStateStore): Promise<number> {
  const claim = await takeTurn(store, aRef('clock', 'clock'))
  await endTurn(store, claim)
  return claim.now
}
