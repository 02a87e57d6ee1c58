import { describe, expect, it } from 'vitest'
import type { Link } from '../../../src/contracts/link.ts'
import type { LinkStore } from '../../../src/contracts/link-store.ts'
import { detached } from '../../../src/sync/disconnect/detach.ts'
import type { TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  fill,
  issueCodes,
  linkOf,
  MINUTE,
  methods,
  NOW,
  refOf,
  replacing,
  SECOND,
} from './support-rules.ts'

/** How a disconnect takes events out, and what it leaves of the links (ENGINE D4). */

const disconnect = (kit: TestKit, events: 'keep' | 'remove') =>
  kit.run(() => kit.sync.disconnect(dana, { events }))

async function removed(kit: TestKit): Promise<void> {
  await disconnect(kit, 'remove')
  await kit.settle()
}

const ended = (kit: TestKit) => kit.audits.filter(({ action }) => action === 'disconnected')

/** A kit whose next process sees links through a change. */
function throughLinks(kit: TestKit, change: (links: LinkStore) => Partial<LinkStore>) {
  const { links } = kit.stores.state
  return kit.anotherProcess({
    stateStore: replacing(kit.stores.state, { links: replacing(links, change(links)) }),
  })
}

const twoAPage = (links: LinkStore): Partial<LinkStore> => ({
  page: (account, options) => links.page(account, { ...options, limit: 2 }),
  rewrite: (account, options) => links.rewrite(account, { ...options, limit: 2 }),
})

describe('D4: the first commit', () => {
  it('D4: raises the epoch and forgets every plan of the account', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    await kit.run(() => kit.sync.syncNow(dana))
    const before = await kit.stores.state.connections.get(dana)
    expect(before).toMatchObject({ pass: { kind: 'repair' } })
    await disconnect(kit, 'remove')
    const after = await kit.stores.state.connections.get(dana)
    expect(after?.epoch).toBeGreaterThan(before?.epoch ?? Number.POSITIVE_INFINITY)
    expect(after).toMatchObject({ status: 'disconnecting', departure: { events: 'remove', phase: 'events' } })
    expect([after?.pass, after?.changes, after?.nextRepairAt]).toEqual([undefined, undefined, undefined])
  })

  it('D4: a mass change that waits for a decision is forgotten, with its findings', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 30)
    for (const ref of refs.slice(0, 25)) kit.book.delete(ref)
    await kit.run(() => kit.sync.syncNow(dana))
    await kit.settle()
    const findings = () => kit.stores.state.findings.list(dana, { limit: 100 })
    expect((await findings()).findings).toHaveLength(25)
    expect((await kit.sync.status(dana)).massChange).toMatchObject({ found: 25 })
    await disconnect(kit, 'keep')
    expect((await kit.sync.status(dana)).massChange).toBe(undefined)
    expect((await findings()).findings).toEqual([])
  })

  it('D4: to ask for the removal twice is not "finish now"', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.fault({ fault: 'serviceUnavailable', times: 'always', match: { method: 'events.*' } })
    await removed(kit)
    await removed(kit)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnecting' })
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(5 * MINUTE)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected' })
    expect(kit.events(DANA)).toEqual([])
  })
})

describe('D4: which calendars are emptied', () => {
  it('D4: all that links name, however many pages of them there are', async () => {
    const kit = await connectedKit()
    await fill(kit, 5, {}, 'first')
    kit.google.control.fault({
      fault: 'serviceUnavailable',
      times: 'always',
      match: { method: 'events.delete' },
    })
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    const { target } = (await kit.stores.state.connections.get(dana)) ?? {}
    kit.google.control.clearFaults()
    const paging = throughLinks(kit, links => ({
      ...twoAPage(links),
      // The old calendar's links come last.
      async page(account, options) {
        const all = (await links.page(account, { limit: 500 })).links
        const sorted = [...all].sort(
          (a, b) => Number(a.target !== target?.key) - Number(b.target !== target?.key),
        )
        const from = Number(options.after ?? 0)
        const next = from + 2 < sorted.length ? String(from + 2) : undefined
        return { links: sorted.slice(from, from + 2), ...(next && { next }) }
      },
    }))
    await kit.run(() => paging.disconnect(dana, { events: 'remove' }))
    for (let i = 0; i < 3; i++) {
      await kit.run(() => paging.runDue({ maxMs: 600_000 }))
      await kit.runtime.clock.advance(6 * MINUTE)
    }
    expect(kit.events(DANA)).toEqual([])
    expect(kit.events(target?.calendarId ?? '')).toEqual([])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected' })
  })

  it('D4: the present one also when every link is lost', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    const blind = throughLinks(kit, () => ({ page: async () => ({ links: [] }) }))
    await kit.run(() => blind.disconnect(dana, { events: 'remove' }))
    await kit.run(() => blind.runDue({ maxMs: 600_000 }))
    expect(kit.events(DANA)).toEqual([])
  })

  it('D4: not the one whose events were kept by an earlier disconnect', async () => {
    const kit = await connectedKit()
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    await fill(kit, 3)
    const { target } = (await kit.stores.state.connections.get(dana)) ?? {}
    const kept = () => kit.events(target?.calendarId ?? '')
    await disconnect(kit, 'keep')
    expect(kept()).toHaveLength(3)
    // What may write to the primary calendar may write to every calendar that the user owns.
    await kit.connect(dana, DANA, { calendar: 'primary' })
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(3)
    await removed(kit)
    expect(kit.events(DANA)).toEqual([])
    expect(kept()).toHaveLength(3)
    expect(ended(kit).at(-1)).toMatchObject({ details: { removed: 3, leftBehind: false } })
  })
})

describe('D4: how events go', () => {
  it('D4: each by the state that was listed, and without mail to guests', async () => {
    const kit = await connectedKit()
    await kit.run(() =>
      kit.sync.updateSettings(
        dana,
        { notifyClients: true },
        { acknowledgements: [{ setting: 'notifyClients', textId: 'guests-1' }] },
      ),
    )
    await fill(kit, 2, { client: { email: 'joe@client.example', mayBeInvited: true } })
    expect(kit.events(DANA)[0]?.attendees).toHaveLength(1)
    const etags = kit.events(DANA).map(({ etag }) => etag)
    kit.google.control.clearMail()
    await removed(kit)
    const deletes = kit.google.control.requests().filter(({ method }) => method === 'events.delete')
    expect(deletes.map(({ headers }) => headers['if-match']).sort()).toEqual([...etags].sort())
    expect(deletes.map(({ url }) => new URL(url).searchParams.get('sendUpdates'))).toEqual(['none', 'none'])
    expect(kit.google.control.mail()).toEqual([])
  })

  it.each(['deleted', 'notFound', 'conditionNotMet'] as const)(
    'D4: %s is no failure: somebody was faster',
    async fault => {
      const kit = await connectedKit()
      await fill(kit, 3)
      kit.google.control.fault({ fault, times: 1, match: { method: 'events.delete' } })
      await removed(kit)
      // What is still there is listed again at once.
      expect(kit.events(DANA)).toEqual([])
      expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected' })
    },
  )

  it('D4: a calendar that is gone is empty', async () => {
    const kit = await connectedKit()
    await kit.connect(dana, DANA, { calendar: 'dedicated' })
    await kit.settle()
    await fill(kit, 2)
    const { target } = (await kit.stores.state.connections.get(dana)) ?? {}
    kit.google.control.deleteCalendar(target?.calendarId ?? '')
    await removed(kit)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
    expect(ended(kit).at(-1)).toMatchObject({ details: { leftBehind: false } })
  })

  it('D4: a calendar that Google refuses for good is left behind, and that is said', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.fault({
      fault: 'insufficientPermissions',
      times: 'always',
      match: { method: 'events.list' },
    })
    await removed(kit)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
    expect(issueCodes(kit)).toEqual(['cannot-remove'])
    expect(ended(kit).at(-1)).toMatchObject({ details: { leftBehind: true } })
    expect(kit.events(DANA)).toHaveLength(2)
  })

  it('D4: an access token that Google refuses is not used again', async () => {
    const kit = await connectedKit()
    await fill(kit, 2)
    kit.google.control.expireAccessTokens(DANA)
    await removed(kit)
    await kit.runtime.clock.advance(MINUTE)
    await kit.settle()
    expect(kit.events(DANA)).toEqual([])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
  })

  it('D4: a removal without an answer is not waited for: it can bring nothing back', async () => {
    const kit = await connectedKit()
    const [ref] = await fill(kit, 1)
    if (!ref) throw new Error('no appointment')
    kit.book.delete(ref)
    kit.google.control.fault({
      fault: 'timeoutBeforeCommit',
      times: 'always',
      match: { method: 'events.delete' },
    })
    await kit.run(() => kit.sync.appointmentChanged(ref))
    await kit.run(() => kit.sync.runDue({ maxMs: 2 * SECOND }))
    const { intents = [] } = (await linkOf(kit, ref)) ?? {}
    expect([...new Set(intents.map(({ kind }) => kind))]).toEqual(['delete'])
    kit.google.control.clearFaults()
    await removed(kit)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected' })
    expect(kit.events(DANA)).toEqual([])
  })

  it('D4: many go in slices, each counted, and none is forgotten between two', async () => {
    const kit = await connectedKit()
    await fill(kit, 12)
    kit.google.control.setLatency(6 * SECOND)
    await disconnect(kit, 'remove')
    const counts: number[] = []
    await kit.run(() => kit.sync.start())
    for (let i = 0; i < 60 && (await kit.sync.status(dana)).status === 'disconnecting'; i++) {
      await kit.runtime.clock.advance(5 * SECOND)
      const { departure } = await kit.sync.status(dana)
      if (departure) counts.push(departure.removed)
    }
    await kit.run(() => kit.sync.stop())
    const seen = [...new Set(counts)]
    expect(seen.length).toBeGreaterThan(2)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(kit.events(DANA)).toEqual([])
    expect(ended(kit).at(-1)).toMatchObject({ details: { removed: 12, leftBehind: false } })
    expect(methods(kit).filter(method => method === 'events.delete')).toHaveLength(12)
  })
})

describe('D4: what is left of a link', () => {
  const link: Link = {
    ref: refOf('a1'),
    account: dana,
    target: 't',
    version: 9,
    calendarId: 'primary',
    eventId: 'e1',
    generation: 3,
    settingsVersion: 4,
    event: 'live',
    intents: [],
    behind: true,
    kept: true,
    status: 'failed',
    notes: ['restored'],
    mailedVersion: 'v1',
    syncedAt: NOW,
    etag: '"1"',
    problem: { code: 'x', attempts: 1, since: NOW, at: NOW, reported: true },
  }

  it('D4: where its event is, and nothing of what is in it', () => {
    expect(detached(link)).toEqual({
      ...{ calendarId: 'primary', eventId: 'e1', generation: 3, settingsVersion: 4 },
      ...{ mailedVersion: 'v1', syncedAt: NOW },
      ...{ event: 'unknown', intents: [], detached: true, behind: false, kept: false },
      ...{ status: 'pending', notes: [] },
    })
    expect(detached({ ...link, event: 'none' }).event).toBe('none')
  })

  it('D4: of a write without an answer its kind, number and time, and then nobody knows what is there', async () => {
    const kit = await connectedKit()
    const ref = refOf('late')
    kit.book.put(ref, appointment({ title: 'Secret' }))
    kit.google.control.fault({
      fault: 'timeoutBeforeCommit',
      times: 'always',
      match: { method: 'events.insert' },
    })
    await kit.run(() => kit.sync.appointmentChanged(ref))
    await kit.run(() => kit.sync.runDue({ maxMs: 2 * SECOND }))
    const before = await linkOf(kit, ref)
    expect(before).toMatchObject({ event: 'none' })
    const [intent] = before?.intents ?? []
    expect(Object.keys(intent ?? {}).length).toBeGreaterThan(3)
    await disconnect(kit, 'keep')
    const after = await linkOf(kit, ref)
    expect(after?.event).toBe('unknown')
    expect(after?.intents[0]).toEqual({ kind: 'insert', number: intent?.number, at: intent?.at })
    expect(after?.intents).toHaveLength(before?.intents.length ?? -1)
  })

  it('D4: every one, however many pages there are', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 5)
    const paging = throughLinks(kit, twoAPage)
    await kit.run(() => paging.disconnect(dana, { events: 'keep' }))
    const links = await Promise.all(refs.map(ref => linkOf(kit, ref)))
    expect(links.map(each => each?.detached)).toEqual(refs.map(() => true))
  })

  it('D4: an account that has moved on is not ended by the work of before', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    const overtaken = throughLinks(kit, () => ({ rewrite: async () => null }))
    expect(await kit.run(() => overtaken.disconnect(dana, { events: 'keep' }))).toEqual({
      status: 'disconnecting',
    })
    expect(ended(kit)).toEqual([])
    await kit.runtime.clock.advance(DAY)
    await kit.settle()
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'disconnected', cause: 'revoked' })
  })
})
