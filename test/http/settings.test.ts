import { beforeAll, describe, expect, it } from 'vitest'
import { Browser, dana, type HttpKit, httpKit } from './support.ts'

describe('PATCH /settings', () => {
  let http: HttpKit
  let browser: Browser
  beforeAll(async () => {
    http = httpKit()
    browser = new Browser(http, dana)
    await browser.connect('dana@example.com')
  })
  const patch = (body: unknown) => browser.send('PATCH', '/settings', { body })

  it('changes what is named, and nothing else', async () => {
    const off = await patch({ enabled: false })
    expect(off.status).toBe(200)
    expect(off.body).toMatchObject({
      status: 'disabled',
      settings: { enabled: false, include_client_names: false, include_notes: false, notify_clients: false },
    })
    expect((await patch({ enabled: true })).body.status).toBe('active')
    expect((await patch({})).body).toMatchObject({ status: 'active', settings: { enabled: true } })
  })

  it('asks for an acknowledgement, and records it', async () => {
    const refused = await patch({ include_notes: true })
    expect([refused.status, refused.code]).toEqual([422, 'acknowledgement-missing'])
    const other = { setting: 'include_client_names', text_id: 'names-1' }
    expect((await patch({ include_notes: true, acknowledgements: [other] })).status).toBe(422)
    const given = { setting: 'include_notes', text_id: 'notes-2026-11' }
    const { status, body } = await patch({ include_notes: true, acknowledgements: [given] })
    expect(status).toBe(200)
    expect(body).toMatchObject({ settings: { include_notes: true } })
    expect(body.acknowledgements).toEqual([
      { ...given, user_id: 'dana', at: expect.stringMatching(/^2026-11-23T08:/) },
    ])
    expect((await patch({ include_notes: false })).status).toBe(200)
    expect((await patch({ include_notes: true })).status).toBe(422)
  })

  it('row 43: nothing but the documented fields, and switches are true or false', async () => {
    const before = await http.kit.stores.state.connections.get(dana)
    const attacks: readonly (readonly [unknown, readonly string[] | undefined])[] = [
      [{ status: 'connected', workspaceId: 'south', syncToken: 'x' }, undefined],
      [{ enabled: false, revision: 0 }, undefined],
      [{ includeNotes: true }, undefined],
      [{ enabled: 'false' }, ['enabled']],
      [{ enabled: 0 }, ['enabled']],
      [{ enabled: null }, ['enabled']],
      [{ notify_clients: [true] }, ['notify_clients']],
      [{ acknowledgements: {} }, ['acknowledgements']],
      [{ acknowledgements: [{ setting: 'enabled', text_id: 'x' }] }, ['acknowledgements']],
      [{ acknowledgements: [{ setting: 'include_notes', text_id: '' }] }, ['acknowledgements']],
      [{ acknowledgements: [{ setting: 'include_notes', text_id: 'x'.repeat(256) }] }, ['acknowledgements']],
      [
        { acknowledgements: [{ setting: 'include_notes', text_id: 'x', userId: 'noa' }] },
        ['acknowledgements'],
      ],
      [
        { acknowledgements: Array(11).fill({ setting: 'include_notes', text_id: 'x' }) },
        ['acknowledgements'],
      ],
      [{ constructor: {}, toString: 1 }, undefined],
      [[], undefined],
      ['"enabled"', undefined],
      ['1', undefined],
      ['null', undefined],
      ['true', undefined],
    ]
    for (const [body, fields] of attacks) {
      const answer = await patch(body)
      expect([body, answer.status, answer.code, answer.body.fields]).toEqual([
        body,
        400,
        'request-invalid',
        fields,
      ])
    }
    expect(await http.kit.stores.state.connections.get(dana)).toEqual(before)
    const text_id = 'half \ud800'
    const lone = await patch({ acknowledgements: [{ setting: 'include_notes', text_id }] })
    expect([lone.status, lone.code]).toEqual([400, 'argument-invalid'])
  })

  it('is a 409 for whoever has no connection', async () => {
    const { status, code } = await new Browser(http, { workspaceId: 'south', userId: 'eve' }).send(
      'PATCH',
      '/settings',
      {
        body: { enabled: true },
      },
    )
    expect([status, code]).toEqual([409, 'not-connected'])
  })
})

describe('the other routes of an account', () => {
  it('Sync Now is accepted, and its progress can be read until it is done', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    expect((await browser.get('/sync')).body).toEqual({ running: false, pending: 0, failed: 0 })
    const early = await browser.post('/sync')
    expect([early.status, early.code]).toEqual([409, 'not-connected'])
    await browser.connect('dana@example.com')
    await http.kit.settle()
    expect([(await browser.post('/sync')).status, (await browser.get('/sync')).body.running]).toEqual([
      202,
      true,
    ])
    await http.kit.settle()
    expect((await browser.get('/sync')).body).toMatchObject({ running: false, progress: { kind: 'repair' } })
  })

  it('disconnects with what becomes of the events said once, in full', async () => {
    const asked: unknown[] = []
    const http = httpKit({
      operations: {
        async disconnect(_account, { events }) {
          asked.push(events)
          return events === 'keep'
            ? { status: 'disconnected', revocation: 'revoked' }
            : { status: 'disconnecting' }
        },
      },
    })
    const browser = new Browser(http, dana)
    for (const query of [
      '',
      '?events=',
      '?events=drop',
      '?events=keep&events=remove',
      '?events[]=keep',
      '?Events=keep',
    ]) {
      const { status, body } = await browser.send('DELETE', query)
      expect([query, status, body.fields]).toEqual([query, 400, ['events']])
    }
    expect(asked).toEqual([])
    const removing = await browser.send('DELETE', '/?events=remove')
    expect([removing.status, removing.body]).toEqual([202, { status: 'disconnecting' }])
    expect((await browser.send('DELETE', '?events=keep')).status).toBe(200)
    expect(asked).toEqual(['remove', 'keep'])
  })

  it('offers the calendars', async () => {
    const calendars = [
      { kind: 'primary', chosen: false },
      { kind: 'dedicated', name: 'Appointments', chosen: true },
    ] as const
    const http = httpKit({ operations: { calendars: async () => calendars } })
    const { status, body } = await new Browser(http, dana).get('/calendars')
    expect([status, body]).toEqual([200, { calendars }])
  })

  it('row 46: status asks neither Google nor the host, and writes nothing', async () => {
    const http = httpKit()
    const browser = new Browser(http, dana)
    await browser.connect('dana@example.com')
    await http.kit.settle()
    http.kit.google.control.resetCounters()
    http.kit.book.get = () => {
      throw new Error('status asked the host')
    }
    const { connections, links, marks } = http.kit.stores.state
    const reads: string[] = []
    const note = <T extends object>(store: T, name: string) =>
      new Proxy(store, {
        get(target, member) {
          reads.push(`${name}.${String(member)}`)
          const value = Reflect.get(target, member) as unknown
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    Object.assign(http.kit.stores.state, {
      connections: note(connections, 'connections'),
      links: note(links, 'links'),
      marks: note(marks, 'marks'),
    })
    for (let i = 0; i < 100; i++) expect((await browser.get('/status')).status).toBe(200)
    expect(http.kit.google.control.requests()).toEqual([])
    expect([...new Set(reads)].sort()).toEqual(['connections.get', 'links.summary', 'marks.countBulk'])
  })
})
