import type { Claim } from '../../../contracts/claim-store.ts'
import type { Connection } from '../../../contracts/connection.ts'
import type { Link } from '../../../contracts/link.ts'
import type { LinkRefused, LinkWrite } from '../../../contracts/link-store.ts'
import type { SyncStateStore } from '../../../contracts/state-store.ts'
import { must } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount, aRef, someLink } from '../samples.ts'
import { connect, endTurn, firstWrite, type StateHarness, takeTurn, writeLink } from './harness.ts'

interface Scene {
  readonly connection: Connection
  readonly claim: Claim
  readonly link: Link
  /** Would be taken for the link that exists, until a case spoils it. */
  readonly write: LinkWrite
  /** The same for a link that does not exist yet. */
  readonly fresh: LinkWrite
}

async function scene(store: SyncStateStore): Promise<Scene> {
  const connection = await connect(store, anAccount())
  const claim = await takeTurn(store, aRef())
  const link = await writeLink(store, claim, firstWrite(connection))
  const set = someLink({ etag: 'must not be stored' })
  const write = firstWrite(connection, { expectedVersion: link.version, set, intent: { kind: 'update' } })
  const elsewhere = { ...set, eventId: 'event2' }
  return {
    connection,
    claim,
    link,
    write,
    fresh: { ...write, target: 't2', expectedVersion: null, set: elsewhere },
  }
}

/** Write and remove are refused for that reason, and afterwards everything is as it was. */
async function refused(
  { store, other, expect }: StateHarness,
  { claim, link }: Pick<Scene, 'claim' | 'link'>,
  writes: readonly LinkWrite[],
  reason: LinkRefused['reason'],
): Promise<void> {
  const mark = await store.connections.readMark(anAccount())
  for (const write of writes) {
    expect(await store.links.write(claim, write)).toEqual({ ok: false, reason })
    expect(await other.links.remove(claim, write)).toEqual({ ok: false, reason })
  }
  expect(await store.links.ofRef(aRef())).toEqual([link])
  expect(await store.connections.readMark(anAccount())).toBe(mark)
}

export const linkRefusalCases: Cases<StateHarness> = {
  '[1] refused with reason fence, and no change, once another claim raised it': async harness => {
    const { store, other } = harness
    const before = await scene(store)
    await endTurn(store, before.claim)
    await takeTurn(other, aRef())
    await refused(harness, before, [before.write, before.fresh], 'fence')
  },

  '[1] refused with reason epoch, and no change, once the epoch moved': async harness => {
    const { store, expect } = harness
    const before = await scene(store)
    const { connection, claim, write, fresh } = before
    const bump = { set: {}, bump: { epoch: true } }
    const moved = must(await store.connections.update(anAccount(), connection.revision, bump), 'the update')
    await refused(harness, before, [write, fresh, { ...write, settingsVersion: undefined }], 'epoch')
    await refused(harness, before, [{ ...write, epoch: moved.epoch + 1 }], 'epoch')
    expect((await store.links.write(claim, { ...write, epoch: moved.epoch })).ok).toBe(true)
  },

  '[1] refused with reason epoch when the account has no connection': async ({ store, expect }) => {
    const { claim, write, fresh } = await scene(store)
    const stranger = { ...fresh, account: anAccount('stranger') }
    const elsewhere = { ...fresh, account: anAccount('u1', 'w2') }
    for (const attempt of [stranger, elsewhere]) {
      expect(await store.links.write(claim, attempt)).toEqual({ ok: false, reason: 'epoch' })
      expect((await store.links.page(attempt.account, { limit: 10 })).links).toEqual([])
    }
    expect((await store.links.write(claim, write)).ok).toBe(true)
  },

  '[1] refused with reason settings, and no change, once the settings version moved': async harness => {
    const { store, expect } = harness
    const before = await scene(store)
    const { connection, claim, write, fresh } = before
    const bump = { set: {}, bump: { settings: true } }
    const moved = must(await store.connections.update(anAccount(), connection.revision, bump), 'the update')
    const { settingsVersion } = moved
    await refused(
      harness,
      before,
      [write, fresh, { ...write, settingsVersion: settingsVersion + 1 }],
      'settings',
    )
    expect((await store.links.write(claim, { ...write, settingsVersion })).ok).toBe(true)
  },

  '[1] without a settings version the bookkeeping of a write that landed is taken': async ({
    store,
    expect,
  }) => {
    const { connection, claim, write, fresh } = await scene(store)
    await store.connections.update(anAccount(), connection.revision, { set: {}, bump: { settings: true } })
    const { settingsVersion: _of, ...bookkeeping } = write
    expect((await store.links.write(claim, bookkeeping)).ok).toBe(true)
    expect((await store.links.write(claim, { ...fresh, settingsVersion: undefined })).ok).toBe(true)
  },

  '[1] refused with reason version, and no change, unless the version is the one expected': async harness => {
    const before = await scene(harness.store)
    const { write, fresh, link } = before
    const wrong = [
      { ...write, expectedVersion: link.version - 1 },
      { ...write, expectedVersion: link.version + 1 },
      { ...write, expectedVersion: null },
      { ...fresh, expectedVersion: link.version },
      { ...fresh, expectedVersion: 0 },
    ]
    await refused(harness, before, wrong, 'version')
  },

  '[1] an update that moves neither epoch nor settings version refuses nothing': async ({
    store,
    expect,
  }) => {
    const { connection, claim, write } = await scene(store)
    const change = { set: { lastError: { code: 'google-unavailable', at: 1 }, dueAt: 5 } }
    await store.connections.update(anAccount(), connection.revision, change)
    expect((await store.links.write(claim, write)).ok).toBe(true)
  },

  '[2] a version of before a removal is refused by the link made anew': async harness => {
    const { store } = harness
    const { connection, claim, write } = await scene(store)
    await store.links.remove(claim, write)
    const link = await writeLink(store, claim, firstWrite(connection))
    await refused(harness, { claim, link }, [write], 'version')
  },
}
