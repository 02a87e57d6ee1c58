import { expect, it } from 'vitest'
import {
  calls,
  DANA,
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
