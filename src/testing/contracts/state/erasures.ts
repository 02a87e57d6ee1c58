import type { SyncStateStore } from '../../../contracts/state-store.ts'
import type { Cases } from '../runner.ts'
import { aMark, anAccount, aRef, someLink } from '../samples.ts'
import { connect, endTurn, firstWrite, type StateHarness, takeTurn, writeLink } from './harness.ts'

/** Something in every table. */
async function furnish(store: SyncStateStore, userId: string, workspaceId = 'w1'): Promise<void> {
  const account = anAccount(userId, workspaceId)
  const connection = await connect(store, account)
  const ref = aRef('a1', workspaceId)
  const claim = await takeTurn(store, ref)
  const set = someLink({ eventId: `${workspaceId} ${userId}` })
  await writeLink(store, claim, firstWrite(connection, { set }))
  await endTurn(store, claim)
  await store.marks.insert([aMark(ref, { userId, lane: 'bulk' })])
  await store.findings.add(account, [{ ref, kind: 'removal' }])
  await store.pullHints.add(account)
  await store.pendingAuthorizations.put(
    { id: `state of ${workspaceId} ${userId}`, account, sealed: 'sealed' },
    { expiresInMs: 600_000, limit: 5 },
  )
}

/** How many rows are left of the account, in each table that names it. */
async function leftOf(store: SyncStateStore, userId: string, workspaceId = 'w1') {
  const account = anAccount(userId, workspaceId)
  return {
    connection: (await store.connections.get(account)) === undefined ? 0 : 1,
    links: (await store.links.page(account, { limit: 10 })).links.length,
    marks: await store.marks.countBulk(account, 10),
    findings: (await store.findings.list(account, { limit: 10 })).findings.length,
    pullHints: (await store.pullHints.due(10)).filter(
      hinted => hinted.workspaceId === workspaceId && hinted.userId === userId,
    ).length,
    pending:
      (await store.pendingAuthorizations.take(`state of ${workspaceId} ${userId}`)) === undefined ? 0 : 1,
  }
}

const ALL = { connection: 1, links: 1, marks: 1, findings: 1, pullHints: 1, pending: 1 }
const NOTHING = { connection: 0, links: 0, marks: 0, findings: 0, pullHints: 0, pending: 0 }

export const erasureCases: Cases<StateHarness> = {
  '[5] of an account leaves nothing of it, and everything of the others': async ({
    store,
    other,
    expect,
  }) => {
    for (const userId of ['u1', 'u2']) await furnish(store, userId)
    await furnish(store, 'u1', 'w2')
    await store.erase({ workspaceId: 'w1', userId: 'u1' })
    expect(await leftOf(other, 'u1')).toEqual(NOTHING)
    expect(await leftOf(other, 'u2')).toEqual(ALL)
    expect(await leftOf(other, 'u1', 'w2')).toEqual(ALL)
  },

  '[5] of a workspace leaves nothing of it, and everything of the others': async ({
    store,
    other,
    expect,
  }) => {
    for (const userId of ['u1', 'u2']) await furnish(store, userId)
    await furnish(store, 'u1', 'w2')
    await store.marks.insert([aMark(aRef('a2')), aMark(aRef('a2', 'w2'))])
    await store.erase({ workspaceId: 'w1' })
    expect(await leftOf(other, 'u1')).toEqual(NOTHING)
    expect(await leftOf(other, 'u2')).toEqual(NOTHING)
    expect(await other.connections.existsIn('w1')).toBe(false)
    expect(await other.marks.ofRef(aRef('a2'))).toEqual([])
    expect(await leftOf(other, 'u1', 'w2')).toEqual(ALL)
    expect((await other.marks.ofRef(aRef('a2', 'w2'))).length).toBe(1)
  },

  '[5] of nothing is fine': async ({ store, expect }) => {
    await store.erase({ workspaceId: 'nobody', userId: 'nobody' })
    await store.erase({ workspaceId: 'nobody' })
    expect(await store.connections.existsIn('nobody')).toBe(false)
  },
}
