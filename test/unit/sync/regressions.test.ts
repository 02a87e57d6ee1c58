import { expect, it } from 'vitest'
import {
  calls,
  DANA,
  DAY,
  dana,
  elapse,
  forget,
  HOUR,
  kitWithEvent,
  linkOf,
  MINUTE,
  ref,
} from './helpers-scenario.ts'

it('B4: a revival whose answer was lost, then refused: the generation goes up once the lost one can no longer land', async () => {
  const { kit, eventId } = await kitWithEvent({ start: '2026-12-20T10:00' })
  kit.google.control.deleteEvent(DANA, eventId)
  kit.google.control.fault({ fault: 'timeoutBeforeCommit', match: { method: 'events.update' } })
  kit.google.control.setSwitches({ revive: 'forbidden' })
  kit.book.change(ref(), { title: 'Again' })
  await kit.run(() => kit.sync.appointmentChanged(ref()))
  await elapse(kit, 30 * MINUTE)
  expect(kit.events(DANA)).toMatchObject([{ summary: 'Again' }])
  expect(await linkOf(kit)).toMatchObject({ generation: 1, intents: [] })
  expect(calls(kit).length).toBeLessThan(10)
})

it('A2: while tokens cannot be refreshed, a pass that is due waits some minutes, and runDue comes to an end', async () => {
  const { kit } = await kitWithEvent()
  await kit.runtime.clock.advance(2 * HOUR)
  kit.google.control.fault({ fault: 'internalError', times: 'always', match: { method: 'oauth.token' } })
  forget(kit)
  const { idle } = await kit.run(() => kit.sync.runDue({ maxMs: 10 * MINUTE }))
  expect(idle).toBe(true)
  await elapse(kit, 10 * MINUTE)
  expect(kit.google.control.requests().length).toBeLessThan(12)
})

it('C1: a grant revoked at Google is found by Sync Now at once', async () => {
  const { kit } = await kitWithEvent()
  kit.google.control.revokeGrant(DANA)
  await kit.run(() => kit.sync.syncNow(dana))
  await elapse(kit, 10_000)
  expect(await kit.sync.status(dana)).toMatchObject({ status: 'needs_reauth' })
})

it('C1: a token that expired early costs a pass one refresh, and one that is never accepted no loop', async () => {
  const { kit } = await kitWithEvent()
  kit.google.control.expireAccessTokens()
  await kit.run(() => kit.sync.syncNow(dana))
  await elapse(kit, 10_000)
  expect((await kit.sync.status(dana)).progress?.finishedAt).toBeTypeOf('number')
  kit.google.control.fault({ fault: 'authError', times: 'always', match: { method: 'events.list' } })
  await kit.run(() => kit.sync.syncNow(dana))
  const before = kit.google.control.requests().length
  await elapse(kit, 4 * MINUTE)
  expect(kit.google.control.requests().length - before).toBeLessThan(8)
})

it('D5: switching off leaves no progress that never ends', async () => {
  const { kit } = await kitWithEvent()
  await kit.run(() => kit.sync.updateSettings(dana, { enabled: false }))
  await elapse(kit, MINUTE)
  expect(await kit.sync.status(dana)).toMatchObject({ status: 'disabled', progress: undefined })
})

it('C2: an event that keeps failing is counted as failed, and no more once it works', async () => {
  const { kit } = await kitWithEvent()
  kit.google.control.fault({ fault: 'internalError', times: 'always', match: { method: 'events.patch' } })
  kit.book.change(ref(), { title: 'Again' })
  await kit.run(() => kit.sync.appointmentChanged(ref()))
  await elapse(kit, MINUTE)
  expect(await kit.sync.status(dana)).toMatchObject({ pending: 1, failed: 0 })
  await elapse(kit, 10 * MINUTE)
  expect(await kit.sync.status(dana)).toMatchObject({ pending: 0, failed: 1 })
  expect(await kit.sync.appointmentStatus(ref())).toMatchObject([{ status: 'failed', cause: 'server' }])
  kit.google.control.clearFaults()
  await kit.run(() => kit.sync.retry(ref()))
  await elapse(kit, MINUTE)
  expect(await kit.sync.status(dana)).toMatchObject({ pending: 0, failed: 0 })
  expect(await kit.sync.appointmentStatus(ref())).toMatchObject([{ status: 'synced' }])
})

it('A7: a key that does not open breaks no save of the host: not marked, and the issue says why', async () => {
  const { kit } = await kitWithEvent()
  const key = Buffer.alloc(32, 9).toString('base64')
  const other = kit.anotherProcess({ secrets: { current: { id: 'other', key } } })
  kit.issues.splice(0)
  expect(await kit.run(() => other.appointmentChanged(ref()))).toEqual({ marked: false })
  expect(kit.issues).toEqual([{ code: 'mark-failed', ref: ref(), cause: 'identity-key-unreadable' }])
})

it('C6: housekeeping of the store is done once a day, by one of the processes', async () => {
  const { kit } = await kitWithEvent()
  let pruned = 0
  kit.stores.state.prune = async () => ++pruned
  await kit.sync.start()
  const other = kit.anotherProcess()
  await other.start()
  await kit.runtime.clock.advance(3 * DAY)
  await kit.run(() => Promise.all([kit.sync.stop(), other.stop()]))
  expect(pruned).toBeGreaterThanOrEqual(2)
  expect(pruned).toBeLessThanOrEqual(3)
})

it("C1: a refresh that an organisation's policy forbids is a state of the connection, and somebody is told", async () => {
  const { kit } = await kitWithEvent()
  await kit.runtime.clock.advance(2 * HOUR)
  kit.issues.splice(0)
  kit.google.control.fault({
    fault: 'adminPolicyEnforced',
    times: 'always',
    match: { method: 'oauth.token' },
  })
  kit.book.change(ref(), { title: 'Again' })
  await kit.run(() => kit.sync.appointmentChanged(ref()))
  await elapse(kit, MINUTE)
  expect(await kit.sync.status(dana)).toMatchObject({ status: 'error', cause: 'google-refused' })
  expect(kit.issues).toMatchObject([{ code: 'connection-error', cause: 'google-refused' }])
  kit.google.control.clearFaults()
  await elapse(kit, HOUR)
  expect(await kit.sync.status(dana)).toMatchObject({ status: 'active' })
  expect(kit.events(DANA)).toMatchObject([{ summary: 'Again' }])
})
