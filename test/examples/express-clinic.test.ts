import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqliteStores } from '../../src/adapters/sqlite/index.ts'
import type { JobQueue } from '../../src/index.ts'
import { FORM, row, type TestClinic, testClinic, Visitor } from './clinic-fixture.ts'

describe('the clinic’s pages', () => {
  let test: TestClinic
  const origin = () => test.clinic.origin

  beforeAll(async () => {
    test = await testClinic()
  })
  afterAll(async () => {
    await test?.close()
  })

  it('lets nobody in who has not signed in', async () => {
    const stranger = new Visitor(origin())
    for (const path of ['/', '/appointments', '/appointments/new', '/settings', '/nothing']) {
      const response = await stranger.get(path)
      expect([path, response.status, response.headers.get('location')]).toEqual([path, 303, '/sign-in'])
    }
    expect((await stranger.post('/appointments', FORM)).headers.get('location')).toBe('/sign-in')
    expect((await stranger.get('/api/v1/integrations/google-calendar/status')).status).toBe(401)
    const unknown = await stranger.post('/sign-in', { member: 'maria@riverside' })
    expect(unknown.headers.getSetCookie()).toEqual([])
  })

  it('keeps the session in a cookie that scripts and other sites do not get, and ends it', async () => {
    const visitor = new Visitor(origin())
    const { headers } = await visitor.post('/sign-in', { member: 'dana@riverside' })
    const cookie = headers.getSetCookie().at(-1) ?? ''
    expect(cookie).toMatch(/^clinic_session=[\w-]{43}; .*HttpOnly; SameSite=Lax$/)
    visitor.cookie = cookie.split(';')[0] ?? ''
    expect((await visitor.get('/appointments')).status).toBe(200)
    const own = visitor.cookie
    visitor.cookie = `clinic_session=planted; ${own}`
    expect((await visitor.get('/appointments')).status).toBe(303)
    visitor.cookie = own
    await visitor.post('/sign-out', {})
    expect((await visitor.get('/appointments')).status).toBe(303)
  })

  it('runs and loads nothing but its own files', async () => {
    const visitor = await Visitor.signedIn(origin(), 'dana@riverside')
    for (const path of [
      '/sign-in',
      '/appointments',
      '/appointments/new',
      '/settings',
      '/side-by-side',
      '/nothing',
    ]) {
      const response = await visitor.get(path)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(policy).not.toContain('unsafe')
      const text = await response.text()
      expect(text).not.toMatch(/<style|\sstyle=|\son\w+=/)
      expect(text.match(/<script[^>]*>/g) ?? []).toEqual(
        (text.match(/<script type="module" src="\/public\/[a-z]+\.js">/g) ?? []).map(String),
      )
    }
  })

  it('takes forms from its own pages only, under its own name only', async () => {
    const visitor = await Visitor.signedIn(origin(), 'dana@riverside')
    const before = test.clinic.appointments.count()
    expect((await visitor.post('/appointments', FORM, 'https://evil.example')).status).toBe(403)
    expect((await visitor.post('/appointments', FORM, 'null')).status).toBe(403)
    expect(test.clinic.appointments.count()).toBe(before)
    const elsewhere = origin().replace('127.0.0.1', 'localhost')
    const response = await fetch(`${elsewhere}/settings?a=b`, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([307, `${origin()}/settings?a=b`])
  })

  it('shows text as text', async () => {
    const hostile = '"><script>alert(1)</script>\u202e'
    const texts = { title: hostile, client_name: hostile, location: hostile, notes: `</textarea>${hostile}` }
    const [id] = test.clinic.appointments.addAll([row({ ...texts, client_email: '"@x' })])
    const visitor = await Visitor.signedIn(origin(), 'dana@riverside')
    for (const path of ['/appointments', `/appointments/${id}`]) {
      const text = await visitor.text(path)
      expect(text).toContain('&lt;script&gt;alert(1)')
      expect(text).not.toContain('<script>alert')
    }
    const again = await visitor.post(`/appointments/${id}`, { ...FORM, ...texts, time: hostile })
    expect(again.status).toBe(422)
    expect(await again.text()).not.toContain('<script>alert')
  })

  it('knows no appointment of another clinic', async () => {
    const [id] = test.clinic.appointments.addAll([row({ title: 'Not for Harbour' })])
    const visitor = await Visitor.signedIn(origin(), 'dana@harbour')
    const answers = [
      await visitor.get(`/appointments/${id}`),
      await visitor.post(`/appointments/${id}`, { ...FORM, user_id: 'dana', title: 'Mine now' }),
      await visitor.post(`/appointments/${id}/delete`, {}),
      await visitor.post(`/appointments/${id}/retry`, { user_id: 'dana' }),
      await visitor.get('/appointments/x'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
    expect(test.clinic.appointments.find(id ?? 0)?.title).toBe('Not for Harbour')
    expect(await visitor.text('/appointments?who=all&past=1')).not.toContain('Not for Harbour')
  })
})

describe('saving while something is down', () => {
  const create = async (test: TestClinic) => {
    const visitor = await Visitor.signedIn(test.clinic.origin, 'dana@riverside')
    const response = await visitor.post('/appointments', { ...FORM, title: 'Saved all the same' })
    const location = response.headers.get('location') ?? ''
    expect([response.status, test.clinic.appointments.count()]).toEqual([303, 1])
    const list = await visitor.text(location)
    expect(list).toContain('Saved all the same')
    const [saved] = test.clinic.appointments.list({
      workspaceId: 'riverside',
      endsAfter: 0,
      offset: 0,
      limit: 1,
    })
    const edited = await visitor.post(`/appointments/${saved?.id}`, { ...FORM, time: '16:00' })
    const deleted = await visitor.post(`/appointments/${saved?.id}/delete`, {})
    expect([edited.status, deleted.status, test.clinic.appointments.count()]).toEqual([303, 303, 0])
    return { visitor, location, list }
  }

  it('is the rule while nobody is connected', async () => {
    const test = await testClinic()
    try {
      const { visitor, location, list } = await create(test)
      expect(location).toBe('/appointments?done=saved')
      expect(list).toContain('data-status="not-connected"')
      expect(await visitor.text('/settings')).toContain('data-status="disconnected"')
    } finally {
      await test.close()
    }
  })

  it('works without the sync database, from the start', async () => {
    const broken = await testClinic(() => ({ stores: brokenStores() }))
    try {
      const { visitor, location, list } = await create(broken)
      expect(location).toBe('/appointments?done=later')
      expect(list).toContain('Saved; sync will follow when the calendar service answers again.')
      expect(list).toContain('data-status="unknown"')
      expect(await visitor.text('/settings')).toContain('The calendar service does not answer.')
    } finally {
      await broken.close()
    }
  })

  it('works without the queue and without Google', async () => {
    const refuse = () => Promise.reject(new Error('The queue is down.'))
    const jobQueue: JobQueue = { enqueue: refuse, start: async () => {}, stop: async () => {} }
    const test = await testClinic(() => ({ jobQueue }))
    try {
      await test.clinic.google?.stop()
      const { list } = await create(test)
      expect(list).toContain('Saved; sync will follow.')
    } finally {
      await test.close()
    }
  })
})

/** Stores of which every call fails. */
function brokenStores() {
  const { tokens, state } = sqliteStores(':memory:')
  return { tokens: failing(tokens), state: failing(state) }
}

function failing<T extends object>(store: T): T {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member === 'function') return () => Promise.reject(new Error('The database is down.'))
      return typeof member === 'object' && member !== null ? failing(member) : member
    },
  })
}
