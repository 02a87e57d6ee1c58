import { describe, expect, it } from 'vitest'
import type { AccountRef } from '../../src/contracts/identity.ts'
import type { TestKit } from '../../src/testing/index.ts'
import { auditLines, Browser, dana, type HttpKit, noa, realHttp, stranger } from './support.ts'

const DANA = 'dana@example.com'
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const revocations = ({ kit }: HttpKit) =>
  kit.google.control.requests().filter(({ method }) => method === 'oauth.revoke').length

const revokeEndpointDown = ({ kit }: HttpKit) =>
  kit.google.control.fault({
    fault: 'serviceUnavailable',
    times: 'always',
    match: { method: 'oauth.revoke' },
  })

async function fill({ kit }: HttpKit, account: AccountRef, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const ref = { workspaceId: account.workspaceId, appointmentId: `${account.userId}-${i}` }
    kit.book.put(ref, {
      ...{ userIds: [account.userId], title: `Of ${account.workspaceId}`, status: 'confirmed' },
      ...{ start: `2026-11-2${5 + (i % 4)}T09:00`, durationMinutes: 50, timeZone: 'Europe/Berlin' },
    })
    await kit.changed(ref)
  }
}

async function connected(options: Parameters<typeof realHttp>[0] = {}): Promise<[HttpKit, Browser]> {
  const http = realHttp(options)
  const browser = new Browser(http, dana)
  expect((await browser.connect(DANA)).result).toBe('connected')
  await http.kit.settle()
  return [http, browser]
}

describe('H-3: disconnect revokes at Google, or says why not', () => {
  const lines = (http: HttpKit) => auditLines(http).slice(-2)
  const asked = 'north/dana disconnect-requested: keep'

  it('H-3: revoked', async () => {
    const [http, browser] = await connected()
    const { status, body } = await browser.send('DELETE', '?events=keep')
    expect([status, body]).toEqual([200, { status: 'disconnected', revocation: 'revoked' }])
    expect(revocations(http)).toBe(1)
    expect(lines(http)).toEqual([asked, 'north/dana disconnected: revoked'])
    expect((await browser.get('/status')).body).toMatchObject({
      ...{ connected: false, status: 'disconnected', cause: 'revoked' },
    })
  })

  it('H-3: revoked, also when the user had done it at Google already', async () => {
    const [http, browser] = await connected()
    http.kit.google.control.revokeGrant(DANA)
    const { status, body } = await browser.send('DELETE', '?events=keep')
    expect([status, body]).toEqual([200, { status: 'disconnected', revocation: 'revoked' }])
    expect(revocations(http)).toBe(1)
  })

  it('H-3: shared-grant, while another connection lives by the same consent', async () => {
    const [http, browser] = await connected()
    await new Browser(http, stranger).connect(DANA)
    const { status, body } = await browser.send('DELETE', '?events=keep')
    expect([status, body]).toEqual([200, { status: 'disconnected', revocation: 'shared-grant' }])
    expect(revocations(http)).toBe(0)
    expect(lines(http)).toEqual([asked, 'north/dana disconnected: shared-grant'])
  })

  it('H-3: no-grant, when none is stored or what is stored does not open', async () => {
    for (const value of [undefined, 'gcs1.other-key.AAAA.AAAA.AAAA']) {
      const [http, browser] = await connected()
      const { tokens } = http.kit.stores
      await tokens.delete(dana)
      if (value !== undefined) await tokens.put(dana, value, null)
      const { status, body } = await browser.send('DELETE', '?events=keep')
      expect([status, body]).toEqual([200, { status: 'disconnected', revocation: 'no-grant' }])
      expect(revocations(http)).toBe(0)
      expect((await tokens.get(dana))?.value).not.toBe(value ?? '')
    }
  })

  it('H-3: never, when the host wants it so', async () => {
    const [http, browser] = await connected({ sync: { revokeOnDisconnect: 'never' } })
    const { status, body } = await browser.send('DELETE', '?events=keep')
    expect([status, body]).toEqual([200, { status: 'disconnected', revocation: 'never' }])
    expect(revocations(http)).toBe(0)
  })

  it('row 25: unanswered, when Google is down and nobody wants to wait', async () => {
    const [http, browser] = await connected()
    revokeEndpointDown(http)
    const first = await browser.send('DELETE', '?events=keep')
    expect([first.status, first.body]).toEqual([202, { status: 'disconnecting' }])
    expect((await browser.get('/status')).body).toMatchObject({ connected: false, status: 'disconnecting' })
    const second = await browser.send('DELETE', '?events=keep')
    expect([second.status, second.body]).toEqual([200, { status: 'disconnected', revocation: 'unanswered' }])
    expect(auditLines(http).slice(-2)).toEqual([asked, 'north/dana disconnected: unanswered'])
  })

  it('row 25: with the revoke endpoint down nothing works any more at once, and it is asked again', async () => {
    const [http, browser] = await connected()
    await fill(http, dana, 2)
    revokeEndpointDown(http)
    await browser.send('DELETE', '?events=keep')
    expect((await browser.get('/status')).body).toMatchObject({
      ...{ connected: false, status: 'disconnecting', departure: { events: 'keep', removed: 0 } },
    })
    http.kit.takeRequests()
    await fill(http, dana, 3)
    expect(http.kit.takeRequests()).toEqual([])
    expect((await browser.post('/sync')).status).toBe(409)
    await http.kit.settle()
    expect(http.kit.takeRequests()).toEqual([])
    http.kit.google.control.clearFaults()
    await http.kit.runtime.clock.advance(MINUTE)
    await http.kit.settle()
    expect((await browser.get('/status')).body).toMatchObject({
      ...{ connected: false, status: 'disconnected', cause: 'revoked' },
    })
    expect(revocations(http)).toBeGreaterThan(1)
  })
})

describe('row 24: disconnect while five jobs run', () => {
  for (const events of ['keep', 'remove'] as const) {
    it(`row 24: ${events}: writes that Google took, whose answers come after the tie has ended`, async () => {
      const [http, browser] = await connected()
      const held = holdWrites(http.kit, 'after')
      const running = await fiveJobs(http, held)
      const { status } = await browser.send('DELETE', `?events=${events}`)
      expect(status).toBe(events === 'keep' ? 200 : 202)
      const { links, token } = await stored(http.kit)
      const sent = http.kit.google.control.requests().length
      held.release()
      await http.kit.run(running)
      expect(held.aborted()).toBe(0)
      expect(await stored(http.kit)).toMatchObject({ links, token })
      // A run that lost its account asks Google for nothing more, not even to look; what is removed is listed.
      const calls = new Set(methodsAfter(http, sent))
      expect([...calls]).toEqual(events === 'keep' ? [] : ['events.list', 'events.delete'])
      await later(http)
      expect(http.kit.events(DANA)).toHaveLength(events === 'keep' ? 5 : 0)
      expect(methodsAfter(http, sent)).not.toContain('events.insert')
      expect((await browser.get('/status')).body).toMatchObject({ status: 'disconnected', cause: 'revoked' })
    })

    it(`row 24: ${events}: writes that reach Google only after the tie has ended`, async () => {
      const [http, browser] = await connected()
      const held = holdWrites(http.kit, 'before')
      const running = await fiveJobs(http, held)
      const { status } = await browser.send('DELETE', `?events=${events}`)
      expect(status).toBe(events === 'keep' ? 200 : 202)
      const { links, token } = await stored(http.kit)
      held.release()
      await http.kit.run(running)
      expect(held.aborted()).toBe(0)
      expect(await stored(http.kit)).toMatchObject({ links, token })
      await later(http)
      // Kept: the grant was revoked before they came, so Google refused them. Removed: they landed, and went again.
      expect(http.kit.events(DANA)).toEqual([])
      const inserts = http.kit.google.control.requests().filter(({ method }) => method === 'events.insert')
      expect(inserts.map(each => each.status)).toEqual(Array(5).fill(events === 'keep' ? 401 : 200))
      expect((await browser.get('/status')).body).toMatchObject({ status: 'disconnected', cause: 'revoked' })
      expect(http.kit.issues.map(({ code }) => code)).toEqual([])
    })
  }

  it('row 24: remove: writes that still waited for their turn, with a grant that is not revoked', async () => {
    const [http, browser] = await connected({ sync: { revokeOnDisconnect: 'never' } })
    const held = holdWrites(http.kit, 'before')
    const runtime = { ...http.kit.runtime, fetch: held.fetch }
    const worker = http.kit.anotherProcess({ runtime })
    await five(http)
    const running = worker.runDue({ maxMs: 1_000 })
    await http.kit.run(() => held.reached(1))
    expect((await browser.send('DELETE', '?events=remove')).status).toBe(202)
    held.release()
    await http.kit.run(() => running)
    await later(http)
    expect(http.kit.events(DANA)).toEqual([])
    expect((await browser.get('/status')).body).toMatchObject({ status: 'disconnected', cause: 'never' })
    const sent = http.kit.google.control.requests().length
    await later(http)
    expect(http.kit.google.control.requests()).toHaveLength(sent)
  })

  async function later({ kit }: HttpKit): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await kit.settle()
      await kit.runtime.clock.advance(6 * MINUTE)
    }
    await kit.settle()
  }

  const methodsAfter = ({ kit }: HttpKit, sent: number) =>
    kit.google.control
      .requests()
      .slice(sent)
      .map(({ method }) => method)
})

describe('whose connection it is', () => {
  it("row 26: nobody's disconnect reaches another user's connection, events or grant", async () => {
    const [http, browser] = await connected()
    await new Browser(http, noa).connect('noa@example.com')
    await new Browser(http, stranger).connect('stranger@example.com')
    await fill(http, dana, 2)
    const before = await stored(http.kit)
    for (const other of [noa, stranger]) {
      const elsewhere = new Browser(http, other)
      const { status } = await elsewhere.send('DELETE', `?events=remove&userId=dana&workspaceId=north`)
      expect(status).toBe(202)
      await http.kit.settle()
      expect((await elsewhere.get('/status')).body.status).toBe('disconnected')
    }
    expect(await stored(http.kit)).toEqual(before)
    expect(http.kit.events(DANA)).toHaveLength(2)
    await fill(http, dana, 3)
    expect(http.kit.events(DANA)).toHaveLength(3)
    expect((await browser.get('/status')).body).toMatchObject({ connected: true, status: 'active' })
  })

  it('row 21: two workspaces with one Google account stay apart, also when one of them removes its events', async () => {
    const [http, browser] = await connected()
    const other = new Browser(http, stranger)
    await other.connect(DANA)
    await fill(http, dana, 3)
    await fill(http, stranger, 2)
    expect(http.kit.events(DANA)).toHaveLength(5)
    expect((await browser.send('DELETE', '?events=remove')).status).toBe(202)
    await http.kit.settle()
    expect(http.kit.events(DANA).map(({ summary }) => summary)).toEqual(['Of south', 'Of south'])
    expect((await browser.get('/status')).body).toMatchObject({
      ...{ connected: false, status: 'disconnected', cause: 'shared-grant' },
    })
    expect(revocations(http)).toBe(0)
    expect((await other.get('/status')).body).toMatchObject({ connected: true, status: 'active' })
    await http.kit.runtime.clock.advance(2 * HOUR)
    await fill(http, stranger, 3)
    expect(http.kit.events(DANA)).toHaveLength(3)
    const last = await other.send('DELETE', '?events=remove')
    expect(last.status).toBe(202)
    await http.kit.settle()
    expect(http.kit.events(DANA)).toEqual([])
    expect((await other.get('/status')).body).toMatchObject({ status: 'disconnected', cause: 'revoked' })
    expect(revocations(http)).toBe(1)
  })
})

describe('row 29: a grant that died', () => {
  it('row 29: with a thousand jobs to do is found out once, and Google is left alone', async () => {
    const [http, browser] = await connected()
    const { kit } = http
    const refs = Array.from({ length: 1_000 }, (_, i) => ({
      workspaceId: 'north',
      appointmentId: `job-${i}`,
    }))
    for (const ref of refs)
      kit.book.put(ref, {
        ...{ userIds: ['dana'], status: 'confirmed', timeZone: 'UTC' },
        ...{ start: '2026-11-25T09:00', durationMinutes: 30 },
      })
    kit.google.control.revokeGrant(DANA)
    await kit.runtime.clock.advance(2 * HOUR)
    kit.google.control.resetCounters()
    await kit.run(() => Promise.all(refs.map(ref => kit.sync.appointmentChanged(ref))))
    await kit.settle()
    expect(kit.google.control.requests().map(({ method }) => method)).toEqual(['oauth.token'])
    expect(auditLines(http).filter(line => line.includes('needs-reauth'))).toEqual([
      'north/dana needs-reauth: invalid_grant',
    ])
    expect(kit.issues.map(({ code }) => code)).toEqual(['needs-reauth'])
    expect((await browser.get('/status')).body).toMatchObject({
      ...{ connected: true, status: 'needs_reauth', cause: 'invalid_grant' },
    })
    kit.google.control.resetCounters()
    await kit.run(() => Promise.all(refs.map(ref => kit.sync.appointmentChanged(ref))))
    await kit.settle()
    expect(kit.google.control.requests()).toEqual([])
  })
})

interface Held {
  readonly fetch: typeof fetch
  reached(count: number): Promise<void>
  release(): void
  /** How many gave up waiting. */
  aborted(): number
}

/** A network that keeps inserts back: before Google sees them, or their answers after it took them. */
function holdWrites({ google }: TestKit, when: 'before' | 'after'): Held {
  let open: () => void = () => {}
  const released = new Promise<void>(resolve => {
    open = resolve
  })
  const signals: (AbortSignal | null | undefined)[] = []
  const arrived: (() => void)[] = []
  return {
    async fetch(input, init) {
      const isInsert = init?.method === 'POST' && String(input).includes('/events')
      if (!isInsert) return google.fetch(input, init)
      if (when === 'before') {
        note(init)
        await released
        return google.fetch(input, init)
      }
      const response = await google.fetch(input, init)
      note(init)
      await released
      return response
    },
    async reached(count) {
      while (signals.length < count) await new Promise<void>(resolve => arrived.push(resolve))
    },
    release: () => open(),
    aborted: () => signals.filter(signal => signal?.aborted).length,
  }

  function note(init: RequestInit): void {
    signals.push(init.signal)
    arrived.shift()?.()
  }
}

/** Five processes, each with its request to Google under way: one process writes to a calendar one at a time. */
async function fiveJobs(http: HttpKit, held: Held): Promise<() => Promise<unknown>> {
  const { kit } = http
  await five(http)
  const running: Promise<unknown>[] = []
  for (let i = 1; i <= 5; i++) {
    const runtime = { ...kit.runtime, fetch: held.fetch }
    running.push(kit.anotherProcess({ concurrency: 1, runtime }).runDue({ maxMs: 1_000 }))
    await kit.run(() => held.reached(i))
  }
  return () => Promise.all(running)
}

async function five({ kit }: HttpKit): Promise<void> {
  for (let i = 0; i < 5; i++) {
    const ref = { workspaceId: 'north', appointmentId: `a-${i}` }
    kit.book.put(ref, {
      ...{ userIds: ['dana'], status: 'confirmed', timeZone: 'UTC' },
      ...{ start: '2026-11-25T09:00', durationMinutes: 30 },
    })
    await kit.run(() => kit.sync.appointmentChanged(ref))
  }
}

/** All that is kept of dana, as the stores hold it. */
async function stored({ stores }: TestKit) {
  const refs = ['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'dana-0', 'dana-1']
  const links = await Promise.all(
    refs.map(appointmentId => stores.state.links.ofRef({ workspaceId: 'north', appointmentId })),
  )
  return {
    connection: await stores.state.connections.get(dana),
    token: await stores.tokens.get(dana),
    links: links.flat(),
  }
}
