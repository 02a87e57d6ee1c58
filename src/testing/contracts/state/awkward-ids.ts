import type { AccountRef, AppointmentRef } from '../../../contracts/identity.ts'
import { AWKWARD_IDS, AWKWARD_PAIRS } from '../awkward-ids.ts'
import { allPages, must } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { aBulkMark, anAccount, someLink } from '../samples.ts'
import { connect, endTurn, firstWrite, LONG_MS, type StateHarness, takeTurn, writeLink } from './harness.ts'

const accounts: readonly AccountRef[] = [
  ...AWKWARD_IDS.map(userId => ({ workspaceId: 'w1', userId })),
  ...AWKWARD_IDS.map(workspaceId => ({ workspaceId, userId: 'u1' })),
  ...AWKWARD_PAIRS.map(([workspaceId, userId]) => ({ workspaceId, userId })),
]

const refs: readonly AppointmentRef[] = accounts.map(({ workspaceId, userId }) => ({
  workspaceId,
  appointmentId: userId,
}))

const asText = (values: readonly object[]) =>
  values.map(value => JSON.stringify(value, Object.keys(value).sort())).sort()

export const awkwardIdCases: Cases<StateHarness> = {
  '[4] connections of awkward accounts are rows of their own': async ({ store, other, expect }) => {
    for (const [index, account] of accounts.entries()) {
      await connect(store, account, { cause: `cause ${index}`, subject: account.userId, dueAt: index })
    }
    for (const [index, account] of accounts.entries()) {
      const found = must(await other.connections.get(account), 'the connection')
      expect([found.account, found.cause]).toEqual([account, `cause ${index}`])
      await store.connections.update(account, found.revision, { set: { cause: `updated ${index}` } })
    }
    for (const [index, account] of accounts.entries()) {
      expect((await store.connections.get(account))?.cause).toBe(`updated ${index}`)
    }
    for (const id of AWKWARD_IDS) {
      const inWorkspace = (await other.connections.inWorkspace(id)).map(found => found.account)
      expect(asText(inWorkspace)).toEqual(asText(accounts.filter(account => account.workspaceId === id)))
      const ofSubject = (await other.connections.bySubject(id)).map(found => found.account)
      expect(asText(ofSubject)).toEqual(asText(accounts.filter(account => account.userId === id)))
    }
    expect(asText(await store.connections.due(1_000))).toEqual(asText(accounts))
    const paged = await allPages(
      after => store.connections.page({ limit: 7, ...(after === undefined ? {} : { after }) }),
      page => page.connections,
      7,
    )
    expect(asText(paged.map(found => found.account))).toEqual(asText(accounts))
  },

  '[4] marks and claims of awkward refs are turns of their own': async ({ store, other, expect }) => {
    for (const ref of refs) await store.marks.insert([aBulkMark(ref, ref.appointmentId)])
    const due = await other.marks.dueRefs({ limit: 1_000 })
    expect(asText(due.map(found => found.ref))).toEqual(asText(refs))
    expect(asText(await other.marks.dueBulkAccounts(1_000))).toEqual(asText(accounts))
    for (const [index, ref] of refs.entries()) {
      const account = { workspaceId: ref.workspaceId, userId: ref.appointmentId }
      expect(await store.marks.countBulk(account, 10)).toBe(1)
      expect(await store.marks.dueBulk(account, 10)).toEqual([ref])
      const claim = must(await other.claims.claim(ref, { holdMs: LONG_MS }), 'a claim')
      expect(claim.marks.map(mark => mark.ref)).toEqual([ref])
      if (index % 2) expect(await endTurn(store, claim)).toEqual({ more: false })
    }
    const held = refs.filter((_, index) => index % 2 === 0)
    expect(await store.marks.dueRefs({ limit: 1_000 })).toEqual([])
    for (const ref of held) expect((await store.marks.ofRef(ref)).length).toBe(1)
  },

  '[4] links with awkward refs, targets and event ids are rows of their own': async ({
    store,
    other,
    expect,
  }) => {
    const connection = await connect(store, anAccount())
    const write = async (ref: AppointmentRef, target: string, eventId: string) => {
      const claim = await takeTurn(store, ref)
      const link = await writeLink(
        store,
        claim,
        firstWrite(connection, { target, set: someLink({ eventId }) }),
      )
      await endTurn(store, claim)
      return link
    }
    const byRef: [AppointmentRef, Awaited<ReturnType<typeof write>>][] = []
    for (const [index, ref] of refs.entries()) byRef.push([ref, await write(ref, 't1', `e${index}`)])
    for (const [ref, link] of byRef) expect(await other.links.ofRef(ref)).toEqual([link])
    const ref = { workspaceId: 'w3', appointmentId: 'a1' }
    const byTarget = []
    for (const target of AWKWARD_IDS)
      byTarget.push(await write(ref, target, `event of ${AWKWARD_IDS.indexOf(target)}`))
    expect(asText(await other.links.ofRef(ref))).toEqual(asText(byTarget))
    for (const eventId of AWKWARD_IDS) {
      const own = { workspaceId: 'w4', appointmentId: eventId }
      const link = await write(own, 't-events', eventId)
      expect(await other.links.ofRef(own)).toEqual([link])
    }
  },

  '[4] findings, pending authorizations and leases of awkward ids are rows of their own': async ({
    store,
    other,
    expect,
  }) => {
    const { findings, pendingAuthorizations, leases } = store
    const options = { expiresInMs: LONG_MS, limit: 3 }
    for (const [index, account] of accounts.entries()) {
      await findings.add(account, [{ ref: must(refs[index], 'a ref'), kind: 'move' }])
      await findings.add(anAccount('all of them', 'w9'), [
        { ref: must(refs[index], 'a ref'), kind: 'removal' },
      ])
      await pendingAuthorizations.put({ id: `state ${index}`, account, sealed: `sealed ${index}` }, options)
    }
    const distinct = new Set(asText(refs)).size
    expect(await findings.count(anAccount('all of them', 'w9'), LONG_MS)).toEqual({
      removals: distinct,
      moves: 0,
    })
    for (const [index, account] of accounts.entries()) {
      const { findings: found } = await other.findings.list(account, { limit: 5 })
      expect(found).toEqual([{ ref: refs[index], kind: 'move' }])
      const taken = await other.pendingAuthorizations.take(`state ${index}`)
      expect(taken).toEqual({ id: `state ${index}`, account, sealed: `sealed ${index}` })
    }
    for (const id of AWKWARD_IDS)
      expect(await leases.acquire(id, `holder of ${id}`.slice(0, 255), LONG_MS)).toBe(true)
    for (const id of AWKWARD_IDS) {
      expect(await other.leases.acquire(id, 'another', LONG_MS)).toBe(false)
      expect(await other.leases.renew(id, `holder of ${id}`.slice(0, 255), LONG_MS)).toBe(true)
    }
  },
}
