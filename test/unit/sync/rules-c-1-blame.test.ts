import { describe, expect, it } from 'vitest'
import type { FaultName } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  DAY,
  dana,
  fill,
  HOUR,
  issueCodes,
  linkOf,
  MINUTE,
  marksOf,
  refOf,
  SECOND,
  twoUsers,
  YAEL,
} from './support-rules.ts'

const ref = refOf('a0')

describe('C1: blame by reason, never by status alone', () => {
  const transient: FaultName[] = [
    'rateLimitExceeded',
    'userRateLimitExceeded',
    'rateLimited',
    'internalError',
    'badGateway',
    'badGatewayHtml',
    'serviceUnavailable',
    'serviceUnavailableHtml',
    'gatewayTimeout',
    'timeoutBeforeCommit',
    'timeoutAfterCommit',
    'resetBeforeCommit',
    'resetAfterCommit',
    'truncated',
  ]
  it.each(transient)('C1: %s is transient: tried again, nobody blamed', async fault => {
    const kit = await connectedKit()
    kit.google.control.fault({ fault, match: { method: 'events.insert' } })
    kit.book.put(ref, appointment())
    await kit.changed(ref)
    await kit.runtime.clock.advance(10 * MINUTE)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(1)
    expect(kit.google.control.readCalendar(DANA).events).toHaveLength(1)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', failed: 0, pending: 0 })
    expect(await marksOf(kit, ref)).toEqual([])
    expect(await linkOf(kit, ref)).toMatchObject({ status: 'synced', intents: [] })
    expect(kit.issues).toEqual([])
  })

  it('C1: a 401 for an access token gets another token, and no new consent', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.google.control.expireAccessTokens(DANA)
    kit.book.change(ref, { location: 'after' })
    await kit.changed(ref)
    expect(kit.takeRequests().map(request => request.status)).toEqual([401, 200])
    expect((await kit.sync.status(dana)).status).toBe('active')
    expect(kit.issues).toEqual([])
  })

  it('C1: invalid_grant is the user to connect again: one refresh asked for a hundred appointments', async () => {
    const kit = await connectedKit()
    const refs = await fill(kit, 100)
    kit.google.control.revokeGrant(DANA)
    await kit.runtime.clock.advance(2 * HOUR)
    kit.google.control.resetCounters()
    for (const each of refs) {
      kit.book.change(each, { location: 'after' })
      await kit.sync.appointmentChanged(each)
    }
    await kit.settle()
    const rows = kit.google.control.report().rows
    expect(rows.filter(row => row.method === 'oauth.token')).toMatchObject([{ count: 1 }])
    expect(kit.takeRequests()).toEqual([])
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'needs_reauth', cause: 'invalid_grant' })
    expect(kit.audits.filter(entry => entry.action === 'needs-reauth')).toHaveLength(1)
    expect(issueCodes(kit)).toEqual(['needs-reauth'])
  })

  it('C1: a calendar that was switched off is the account’s affair, and everything is mended once it is on', async () => {
    const kit = await connectedKit()
    await fill(kit, 3)
    await kit.run(() => kit.sync.start())
    kit.google.control.fault({ fault: 'notACalendarUser', times: 1_000 })
    kit.book.change(ref, { location: 'after' })
    kit.book.delete(refOf('a1'))
    await kit.sync.appointmentChanged(ref)
    await kit.sync.appointmentChanged(refOf('a1'))
    await kit.runtime.clock.advance(MINUTE)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'google-refused' })
    await kit.runtime.clock.advance(2 * HOUR)
    expect(kit.issues).toMatchObject([{ code: 'connection-error', cause: 'google-refused' }])
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(DAY)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'active', failed: 0, pending: 0 })
    expect(
      kit
        .events(DANA)
        .map(({ location }) => location)
        .sort(),
    ).toEqual(['after', undefined])
    await kit.run(() => kit.sync.stop())
  })

  it('C1: an administrator who asks for a fresh sign-in is named in the cause', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    await kit.runtime.clock.advance(2 * HOUR)
    kit.google.control.fault({ fault: 'invalidRapt', match: { method: 'oauth.token' } })
    await kit.changed(ref)
    kit.book.change(ref, { location: 'after' })
    await kit.changed(ref)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'needs_reauth', cause: 'invalid_rapt' })
  })

  it.each(['invalidClient', 'unauthorizedClient'] as const)(
    'C1: %s is the operator: every grant is kept, and all goes on by itself',
    async fault => {
      const kit = await twoUsers()
      await fill(kit, 1, { userIds: ['dana', 'yael'] })
      await kit.runtime.clock.advance(2 * HOUR)
      kit.google.control.fault({ fault, times: 'always', match: { method: 'oauth.token' } })
      kit.book.change(ref, { location: 'after' })
      await kit.changed(ref)
      for (const account of [dana, { ...dana, userId: 'yael' }]) {
        const found = await kit.sync.status(account)
        expect(found).toMatchObject({ status: 'error', cause: 'misconfiguration' })
        expect(await kit.stores.tokens.get(account)).toBeDefined()
      }
      expect(issueCodes(kit).sort()).toEqual(['connection-error', 'connection-error'])
      expect(kit.audits.filter(entry => entry.action === 'needs-reauth')).toEqual([])
      kit.google.control.clearFaults()
      await kit.runtime.clock.advance(10 * MINUTE)
      await kit.settle()
      expect((await kit.sync.status(dana)).status).toBe('active')
      expect(kit.events(DANA)).toMatchObject([{ location: 'after' }])
      expect(kit.events(YAEL)).toMatchObject([{ location: 'after' }])
    },
  )

  it('C1: the API switched off in the project is the operator too', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    const { clientId } = kit.options.google
    kit.google.control.updateClient(clientId, { apiDisabled: true })
    kit.book.change(ref, { location: 'after' })
    await kit.changed(ref)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'misconfiguration' })
    kit.google.control.updateClient(clientId, { apiDisabled: false })
    await kit.runtime.clock.advance(10 * MINUTE)
    await kit.settle()
    expect((await kit.sync.status(dana)).status).toBe('active')
    expect(kit.events(DANA)).toMatchObject([{ location: 'after' }])
  })

  it('C1: insufficientPermissions on the current target is `limited`, never needs_reauth', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    kit.google.control.fault({ fault: 'insufficientPermissions', match: { method: 'events.patch' } })
    kit.book.change(ref, { location: 'after' })
    await kit.changed(ref)
    expect(await kit.sync.status(dana)).toMatchObject({ status: 'limited', cause: 'scope' })
    expect(await marksOf(kit, ref)).toEqual([])
    expect(await linkOf(kit, ref)).toMatchObject({ behind: true })
  })

  it('C1: trouble at the token endpoint is transient', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    await kit.runtime.clock.advance(2 * HOUR)
    kit.google.control.fault({
      fault: 'temporarilyUnavailable',
      times: 3,
      match: { method: 'oauth.token' },
    })
    kit.book.change(ref, { location: 'after' })
    await kit.changed(ref)
    await kit.runtime.clock.advance(MINUTE)
    await kit.settle()
    expect(kit.events(DANA)).toMatchObject([{ location: 'after' }])
    expect((await kit.sync.status(dana)).status).toBe('active')
    expect(kit.issues).toEqual([])
  })

  it('C1: a stale invalid_grant does not outlive a reconnect during the run', async () => {
    const kit = await connectedKit()
    await fill(kit, 1)
    await kit.sync.start()
    await kit.runtime.clock.advance(2 * HOUR)
    kit.google.control.revokeGrant(DANA)
    kit.google.control.fault({ fault: 'slow', delayMs: 8 * SECOND, match: { method: 'oauth.token' } })
    kit.book.change(ref, { location: 'after' })
    await kit.sync.appointmentChanged(ref)
    await kit.runtime.clock.advance(2 * SECOND)
    expect(kit.google.control.pendingFaults()).toEqual([])
    expect((await kit.connect(dana, DANA)).kind).toBe('connected')
    await kit.runtime.clock.advance(DAY)
    expect((await kit.sync.status(dana)).status).toBe('active')
    expect(kit.audits.filter(entry => entry.action === 'needs-reauth')).toEqual([])
    expect(kit.events(DANA)).toMatchObject([{ location: 'after' }])
    expect(kit.issues).toEqual([])
    await kit.run(() => kit.sync.stop())
  })
})
