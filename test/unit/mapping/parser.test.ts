import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { mapperWith, OFF, problemsOf, raw } from './support.ts'

const mapper = mapperWith()
const refused = (value: unknown) => problemsOf(() => mapper.parseAppointment(value))

describe('a plain, frozen copy', () => {
  it('of the known fields', () => {
    const source = raw({
      client: { name: 'Dana', email: null, phone: 'secret' },
      start: new Date('2026-05-04T06:00:00Z'),
      end: new Date('2026-05-04T06:50:00Z'),
      location: null,
      notes: undefined,
      diagnosis: 'never read',
    })
    const found = mapper.parseAppointment(source)
    expect(found).toEqual({
      version: '1',
      userIds: ['u1'],
      start: '2026-05-04T06:00:00.000Z',
      end: '2026-05-04T06:50:00.000Z',
      timeZone: 'Asia/Jerusalem',
      status: 'confirmed',
      client: { name: 'Dana' },
    })
    expect([found, found.userIds, found.client].every(Object.isFrozen)).toBe(true)
    expect(mapper.parseAppointment(found)).toEqual(found)
  })

  it('a later change of the source changes nothing', () => {
    const source = raw({ userIds: ['u1'] })
    const found = mapper.parseAppointment(source)
    ;(source.userIds as string[]).push('u2')
    expect(found.userIds).toEqual(['u1'])
  })

  it('an appointment that was never parsed is checked by project', () => {
    const unchecked = { ...raw(), timeZone: 'Mars/Base' } as never
    expect(problemsOf(() => mapper.project(unchecked, OFF))[0]).toMatch(/^timeZone/)
  })
})

describe('row 55: getters, toJSON, cycles, BigInt, proxies', () => {
  const thrower = () => {
    throw new Error('SECRET')
  }
  const cyclic: Record<string, unknown> = raw()
  cyclic.client = cyclic
  cyclic.title = cyclic
  const getters = Object.defineProperty(raw(), 'title', { get: thrower, enumerable: true })
  const throwing = new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower })
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const endless = new Proxy([], { get: (_, name) => (name === 'length' ? 2 ** 31 : 'x') })

  it.each([
    ['a getter that throws', getters, ['title: must be text']],
    ['a proxy that throws', throwing, 'version: must be text of 1 to 255 characters'],
    ['a revoked proxy', revoked.proxy, 'version: must be text of 1 to 255 characters'],
    [
      'a revoked proxy in a list',
      raw({ userIds: revoked.proxy }),
      ['userIds: must be a plain array of at most 1000 items'],
    ],
    ['a revoked proxy as client', raw({ client: throwing }), 'client.name: must be text'],
    ['an endless list', raw({ userIds: endless }), ['userIds: must be a plain array of at most 1000 items']],
    ['a sparse list', raw({ userIds: new Array(3) }), 'userIds.0: must be text of 1 to 255 characters'],
    ['a cycle', cyclic, ['title: must be text']],
    ['BigInt', raw({ end: undefined, durationMinutes: 50n }), /^durationMinutes: must be a whole number/],
    ['a symbol', raw({ title: Symbol('x') }), ['title: must be text']],
    ['a function', raw({ notes: () => 'x' }), ['notes: must be text']],
    ['a String object', raw({ title: new String('x') }), ['title: must be text']],
    ['toJSON', raw({ title: { toJSON: () => 'x', toString: () => 'x' } }), ['title: must be text']],
    ['a promise', Promise.resolve(raw()), /^userIds: must be a plain array/],
    ['nothing', undefined, ['appointment: must be an object']],
    ['null', null, ['appointment: must be an object']],
    ['text', 'x', ['appointment: must be an object']],
    ['a list', [], /^userIds/],
  ])('%s', (_, value, expected) => {
    const problems = refused(value)
    if (Array.isArray(expected)) expect(problems).toEqual(expected)
    else if (typeof expected === 'string') expect(problems).toContain(expected)
    else expect(problems[0]).toMatch(expected as RegExp)
    expect(problems.join()).not.toContain('SECRET')
  })

  it('a Date of another realm, and one whose methods lie', () => {
    const foreign: unknown = runInNewContext('new Date(1777874400000)')
    expect(foreign).not.toBeInstanceOf(Date)
    expect(mapper.parseAppointment(raw({ start: foreign })).start).toBe('2026-05-04T06:00:00.000Z')
    const liar = new Date('2026-05-04T06:00:00Z')
    liar.toISOString = () => '1999-01-01T00:00:00Z'
    expect(mapper.parseAppointment(raw({ start: liar })).start).toBe('2026-05-04T06:00:00.000Z')
  })

  it('inherited getters of a class instance are fine', () => {
    class Row {
      get title() {
        return 'From a getter'
      }
    }
    expect(mapper.parseAppointment(Object.assign(new Row(), raw())).title).toBe('From a getter')
  })
})

describe('limits and types', () => {
  it.each([
    [{ version: '' }, 'version: must be text of 1 to 255 characters'],
    [{ version: 7 }, 'version: must be text of 1 to 255 characters'],
    [{ version: 'v'.repeat(256) }, 'version: must be text of 1 to 255 characters'],
    [{ userIds: 'u1' }, 'userIds: must be a plain array of at most 1000 items'],
    [{ userIds: [''] }, 'userIds.0: must be text of 1 to 255 characters'],
    [{ userIds: ['u1', 7] }, 'userIds.1: must be text of 1 to 255 characters'],
    [{ status: 'busy' }, 'status: must be confirmed, tentative or cancelled'],
    [{ allDay: 'yes' }, 'allDay: must be true or false'],
    [{ client: 'Dana' }, 'client: must be an object'],
    [{ client: { mayBeInvited: 1 } }, 'client.mayBeInvited: must be true or false'],
  ])('%j', (changes, problem) => {
    expect(refused(raw(changes))).toEqual([problem])
  })

  it('names all that is wrong, up to ten', () => {
    expect(refused(raw({ status: 'x', title: 1, location: 2 }))).toHaveLength(3)
    expect(refused(raw({ userIds: Array.from({ length: 100 }, () => 1) }))).toHaveLength(10)
  })
})

describe('wantedIn', () => {
  const parse = (changes: Record<string, unknown>) => mapper.parseAppointment(raw(changes))

  it('only in the calendars of its users', () => {
    expect(mapper.wantedIn(parse({ userIds: ['u1', 'u2'] }), 'u2')).toBe(true)
    expect(mapper.wantedIn(parse({ userIds: ['u1'] }), 'u')).toBe(false)
    expect(mapper.wantedIn(parse({ userIds: [] }), 'u1')).toBe(false)
  })

  it('a cancelled one is removed, or kept under another title', () => {
    const cancelled = parse({ status: 'cancelled', title: 'Session' })
    expect(mapper.wantedIn(cancelled, 'u1')).toBe(false)
    const keeping = mapperWith({ cancelled: 'keep' })
    expect(keeping.wantedIn(cancelled, 'u1')).toBe(true)
    const { fields } = keeping.project(cancelled, OFF)
    expect(fields).toMatchObject({ summary: 'Cancelled: Session' })
    expect(fields).not.toHaveProperty('status')
  })
})

describe('version', () => {
  const versionOf = (changes: Record<string, unknown>) =>
    mapper.project(mapper.parseAppointment(raw({ version: undefined, ...changes })), OFF).version

  it('is the host’s own, else a fingerprint of the whole, whatever the account shows', () => {
    expect(versionOf({ version: 'v7' })).toBe('v7')
    expect(versionOf({})).toMatch(/^f:1\.[\w-]{22}$/)
    expect(versionOf({})).toBe(versionOf({}))
    const others = [
      { notes: 'x' },
      { client: { name: 'x' } },
      { userIds: ['u2'] },
      { title: 'x' },
      { status: 'tentative' },
    ]
    expect(new Set([{}, ...others].map(versionOf)).size).toBe(others.length + 1)
  })

  it('does not depend on the order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(raw({ version: undefined })).reverse())
    expect(mapper.project(mapper.parseAppointment(reversed), OFF).version).toBe(versionOf({}))
  })
})
