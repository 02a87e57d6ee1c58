import { beforeAll, describe, expect, it } from 'vitest'
import { watched } from '../unit/sync/support-rules.ts'
import { Browser, dana, type HttpKit, httpKit, noa, realHttp, stranger } from './support.ts'

const ID_ROUTES = [
  ['GET', (id: string) => `/appointments/${id}`],
  ['HEAD', (id: string) => `/appointments/${id}`],
  ['POST', (id: string) => `/appointments/${id}/retry`],
] as const

/** The id as it is, in a segment of a path. */
const AWKWARD = [
  'a/b',
  'ä ü',
  '100%',
  '%41',
  '__proto__',
  'constructor',
  'a?b#c',
  "'; drop table links --",
  '😀',
  'x'.repeat(255),
]

describe('row 39: ids of another tenant', () => {
  let http: HttpKit
  beforeAll(async () => {
    http = httpKit()
    for (const [account, email] of [
      [dana, 'dana@example.com'],
      [noa, 'noa@example.com'],
      [stranger, 'stranger@example.com'],
    ] as const) {
      await new Browser(http, account).connect(email)
      for (const appointmentId of [
        `own-${account.workspaceId}-${account.userId}`,
        ...(account === stranger ? AWKWARD : []),
      ]) {
        const ref = { workspaceId: account.workspaceId, appointmentId }
        http.kit.book.put(ref, {
          userIds: [account.userId],
          start: '2026-11-24T15:00',
          durationMinutes: 50,
          timeZone: 'UTC',
          status: 'confirmed',
        })
        await http.kit.changed(ref)
      }
    }
  })

  for (const [method, path] of ID_ROUTES) {
    it(`row 39: ${method} ${path(':id')} is one 404 for all of them, by the same calls`, async () => {
      const foreign = ['own-south-dana', 'own-north-noa', 'never-existed', ...AWKWARD]
      const answers = await Promise.all(
        foreign.map(async id => {
          const sent = new Browser(http, dana)
          http.called.length = 0
          const { status, body } = await sent.send(method, path(encodeURIComponent(id)))
          const { instance: _named, ...rest } = body
          return JSON.stringify({ status, rest })
        }),
      )
      expect(new Set(answers).size).toBe(1)
      expect(JSON.parse(answers[0] ?? '')).toMatchObject({ status: 404 })
      const calls: string[][] = []
      for (const id of foreign) {
        http.called.length = 0
        await new Browser(http, dana).send(method, path(encodeURIComponent(id)))
        calls.push([...http.called])
      }
      expect(calls).toEqual(foreign.map(() => ['accountAppointmentStatus']))
      expect((await new Browser(http, dana).send(method, path('own-north-dana'))).status).toBeLessThan(300)
      for (const id of AWKWARD)
        expect([
          id,
          (await new Browser(http, stranger).send(method, path(encodeURIComponent(id)))).status < 300,
        ]).toEqual([id, true])
    })

    it(`row 44: ${method} ${path(':id')} with what is no id is a 400`, async () => {
      for (const id of [
        '%00',
        'a%00b',
        '%ff',
        '%E0%A4',
        '%',
        '%zz',
        '%c0%80',
        '%ed%a0%80',
        'x'.repeat(256),
      ]) {
        const { status } = await new Browser(http, dana).send(method, path(id))
        expect([id.slice(0, 20), status]).toEqual([id.slice(0, 20), 400])
      }
      expect((await new Browser(http).send(method, path('%00'))).status).toBe(401)
    })
  }

  it('ids are decoded once', async () => {
    // `%2541` is `%41`, which the other clinic has, and not `A`.
    expect((await new Browser(http, stranger).get('/appointments/%2541')).status).toBe(200)
    expect((await new Browser(http, stranger).get('/appointments/%41')).status).toBe(404)
  })

  it('row 26: nobody disconnects, changes or syncs for somebody else, whatever they send', async () => {
    const before = await Promise.all(
      [noa, stranger].map(account => http.kit.stores.state.connections.get(account)),
    )
    const browser = new Browser(http, dana)
    const named = { workspaceId: 'south', workspace_id: 'south', userId: 'noa', account: stranger }
    for (const [name, value] of Object.entries(named)) {
      expect((await browser.send('PATCH', '/settings', { body: { [name]: value } })).status).toBe(400)
      await browser.send('DELETE', `?events=keep&${name}=${JSON.stringify(value)}`)
      await browser.post(`/sync?${name}=${JSON.stringify(value)}`)
    }
    // The disconnects were Dana's own.
    await http.kit.connect(dana, 'dana@example.com')
    await browser.send('PATCH', '/settings', {
      body: { enabled: false },
      headers: { 'x-workspace-id': 'south', 'x-user-id': 'noa', 'x-forwarded-user': 'noa' },
    })
    expect((await browser.get('/status')).body.enabled).toBe(false)
    const after = await Promise.all(
      [noa, stranger].map(account => http.kit.stores.state.connections.get(account)),
    )
    expect(after).toEqual(before)
  })

  it('row 40: a workspace in body or query never wins over the session', async () => {
    const browser = new Browser(http, dana)
    expect((await browser.post('/authorize', { workspaceId: 'south' })).status).toBe(400)
    expect((await browser.get('/appointments/own-south-dana?workspaceId=south')).status).toBe(404)
    expect((await browser.get('/status?workspaceId=south&userId=dana')).body.enabled).toBe(false)
  })

  it('row 39: the log names nobody', () => {
    expect(JSON.stringify(http.kit.runtime.logs)).not.toMatch(/own-|north|south|dana|noa/)
  })
})

describe('row 39: what an answer costs', () => {
  it('row 39: is the same for what is of another user, of another workspace, and of nobody', async () => {
    const rows = realHttp()
    const watch = watched(rows.kit.stores.state)
    const asked: string[] = []
    const http = realHttp({
      sync: {
        stateStore: watch.state,
        tokenStore: rows.kit.stores.tokens,
        appointmentSource: {
          get(ref) {
            asked.push(`get ${ref.workspaceId}`)
            return rows.kit.book.get(ref)
          },
          changes: query => rows.kit.book.changes(query),
        },
      },
    })
    for (const [account, email] of [
      [dana, 'dana@example.com'],
      [noa, 'noa@example.com'],
      [stranger, 'stranger@example.com'],
    ] as const)
      await new Browser(http, account).connect(email)
    const put = async (appointmentId: string, workspaceId: string, ...userIds: string[]) => {
      const when = { start: '2026-11-24T15:00', durationMinutes: 50, timeZone: 'UTC' }
      rows.kit.book.put({ workspaceId, appointmentId }, { userIds, ...when, status: 'confirmed' })
      await http.kit.changed({ workspaceId, appointmentId })
    }
    await put('of-dana', 'north', 'dana')
    await put('of-noa', 'north', 'noa')
    await put('of-many', 'north', 'noa', 'eve', 'mallory')
    await put('of-south', 'south', 'dana')
    const browser = new Browser(http, dana)
    for (const [method, path] of ID_ROUTES) {
      const costs: unknown[] = []
      for (const id of ['of-noa', 'of-many', 'of-south', 'of-nobody']) {
        watch.calls.length = 0
        asked.length = 0
        const { status, body } = await browser.send(method, path(id))
        const { instance: _named, ...rest } = body
        costs.push({ status, rest, calls: [...watch.calls].sort(), asked: [...asked] })
      }
      expect(costs[0]).toMatchObject({
        status: 404,
        calls: ['connections.get', 'links.ofRef', 'marks.ofRef'],
        asked: ['get north'],
      })
      expect(costs).toEqual(costs.map(() => costs[0]))
      expect((await browser.send(method, path('of-dana'))).status).toBeLessThan(300)
    }
  })
})
