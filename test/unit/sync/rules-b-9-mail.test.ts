import { describe, expect, it } from 'vitest'
import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { FaultName, TestKit } from '../../../src/testing/index.ts'
import { OtherLife } from './helpers-other-life.ts'
import {
  appointment,
  calls,
  connectedKit,
  DANA,
  DAY,
  dana,
  elapse,
  forget,
  linkOf,
  MINUTE,
  newKit,
  only,
  ref,
} from './helpers-scenario.ts'

const CLIENT = 'client@example.com'
const MAIL_ON = [{ setting: 'notifyClients', textId: 'mail-1' }] as const

function withClient(change: Partial<Appointment> = {}): Appointment {
  return appointment({ version: 'v1', client: { email: CLIENT, mayBeInvited: true }, ...change })
}

async function mailingKit(): Promise<TestKit> {
  const kit = await connectedKit()
  await kit.run(() => kit.sync.updateSettings(dana, { notifyClients: true }, { acknowledgements: MAIL_ON }))
  await kit.settle()
  forget(kit)
  return kit
}

function mails(kit: TestKit): string[] {
  return kit.google.control.mail().map(({ to, kind }) => `${kind} ${to}`)
}

function sendUpdates(kit: TestKit): (string | null)[] {
  return calls(kit)
    .filter(({ method }) => !/get|list/.test(method))
    .map(({ query }) => query.get('sendUpdates'))
}

describe('B9: nobody is mailed by surprise', () => {
  it('B9: with both opt-ins each version is told once', async () => {
    const kit = await mailingKit()
    kit.book.put(ref(), withClient())
    await kit.changed(ref())
    await kit.changed(ref())
    kit.book.put(ref(), withClient({ version: 'v2', start: '2026-11-24T16:00' }))
    await kit.changed(ref())
    await kit.changed(ref())
    expect(mails(kit)).toEqual([`invitation ${CLIENT}`, `update ${CLIENT}`])
    expect(sendUpdates(kit)).toEqual(['all', 'all'])
    expect(await linkOf(kit)).toMatchObject({ mailedVersion: 'v2' })
  })

  const SILENT: Readonly<Record<string, { setting: boolean; client: Appointment['client'] }>> = {
    'the setting alone': { setting: true, client: { email: CLIENT } },
    'the setting and a no': { setting: true, client: { email: CLIENT, mayBeInvited: false } },
    'the client’s yes alone': { setting: false, client: { email: CLIENT, mayBeInvited: true } },
    'a yes without an address': { setting: true, client: { name: 'C', mayBeInvited: true } },
  }

  it.each(Object.entries(SILENT))(
    'B9: %s mails nobody and names no guest',
    async (_name, { setting, client }) => {
      const kit = setting ? await mailingKit() : await connectedKit()
      kit.book.put(ref(), appointment({ client }))
      await kit.changed(ref())
      kit.book.change(ref(), { start: '2026-11-24T16:00' })
      await kit.changed(ref())
      expect(only(kit.events(DANA)).attendees).toBeUndefined()
      kit.book.delete(ref())
      await kit.changed(ref())
      expect(sendUpdates(kit)).toEqual(['none', 'none', 'none'])
      expect(mails(kit)).toEqual([])
    },
  )

  it('B9: the intent says so before the call', async () => {
    const kit = await mailingKit()
    kit.google.control.fault({ fault: 'timeoutBeforeCommit', match: { method: 'events.insert' } })
    await kit.run(() => kit.sync.start())
    kit.book.put(ref(), withClient())
    await kit.sync.appointmentChanged(ref())
    await kit.runtime.clock.advance(100)
    expect((await linkOf(kit)).intents).toMatchObject([{ kind: 'insert', mailed: true, appVersion: 'v1' }])
    await elapse(kit, MINUTE)
    expect(await linkOf(kit)).toMatchObject({ event: 'live', intents: [] })
  })

  it.each<FaultName>(['timeoutAfterCommit', 'resetAfterCommit', 'timeoutBeforeCommit', 'internalError'])(
    'B9: a retry after %s sends none',
    async fault => {
      const kit = await mailingKit()
      kit.google.control.fault({ fault, match: { method: 'events.insert' } })
      kit.book.put(ref(), withClient())
      await kit.changed(ref())
      const sent = sendUpdates(kit)
      expect(sent[0]).toBe('all')
      expect(sent.slice(1)).toEqual(sent.slice(1).map(() => 'none'))
      expect(mails(kit).length).toBeLessThanOrEqual(1)
      expect(kit.events(DANA)).toHaveLength(1)
      // What was tried counts as told: only another version is told again.
      await kit.changed(ref())
      await kit.sync.retry(ref())
      await kit.settle()
      expect(mails(kit).length).toBeLessThanOrEqual(1)
    },
  )

  it('B9: a refused write proves that nobody was told: the next one tells', async () => {
    const kit = await mailingKit()
    kit.google.control.fault({ fault: 'rateLimited', match: { method: 'events.insert' } })
    kit.book.put(ref(), withClient())
    await kit.changed(ref())
    expect(mails(kit)).toEqual([`invitation ${CLIENT}`])
  })

  // Found by the simulation: privacy 202484.
  it.each(['edited', 'deleted'])(
    'B9: what was told unheard, and found after its time, %s by hand, is not told again',
    async how => {
      const kit = await mailingKit()
      const { control } = kit.google
      control.fault({ fault: 'resetAfterCommit', match: { method: 'events.insert' } })
      kit.book.put(ref(), withClient())
      await kit.run(() => kit.sync.appointmentChanged(ref()))
      await kit.run(() => kit.sync.runDue({ maxMs: 500 }))
      expect(mails(kit)).toEqual([`invitation ${CLIENT}`])
      // As in a process that sleeps for longer than a write may be under way.
      await kit.runtime.clock.advance(10 * MINUTE)
      const eventId = String(kit.events(DANA)[0]?.id)
      if (how === 'edited') control.editEvent(DANA, eventId, { summary: 'By hand' })
      else control.deleteEvent(DANA, eventId)
      control.clearMail()
      forget(kit)
      await kit.changed(ref())
      expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(['Session'])
      expect(sendUpdates(kit)).not.toContain('all')
      expect(mails(kit)).toEqual([])
    },
  )

  it('B9: not by a backfill', async () => {
    const kit = newKit()
    await kit.connect(dana, DANA)
    await kit.settle()
    await kit.run(() => kit.sync.updateSettings(dana, { notifyClients: true }, { acknowledgements: MAIL_ON }))
    for (const id of ['a1', 'a2', 'a3']) kit.book.put(ref(id), withClient())
    await kit.sync.syncNow(dana)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(3)
    expect(sendUpdates(kit)).toEqual(['none', 'none', 'none'])
    expect(mails(kit)).toEqual([])
  })

  it('B9: not by a repair that restores or overwrites', async () => {
    const kit = await mailingKit()
    kit.book.put(ref('a1'), withClient())
    kit.book.put(ref('a2'), withClient())
    await kit.changed(ref('a1'))
    await kit.changed(ref('a2'))
    kit.google.control.clearMail()
    forget(kit)
    const [first, second] = kit.events(DANA)
    kit.google.control.deleteEvent(DANA, String(first?.id))
    kit.google.control.editEvent(DANA, String(second?.id), { summary: 'By hand' })
    await kit.sync.syncNow(dana)
    await kit.settle()
    expect(kit.events(DANA).map(({ summary }) => summary)).toEqual(['Session', 'Session'])
    expect(sendUpdates(kit)).toEqual(['none', 'none'])
    expect(mails(kit)).toEqual([])
  })

  it('B9: not by turning the setting on over what is there', async () => {
    const kit = await connectedKit()
    kit.book.put(ref(), withClient())
    await kit.changed(ref())
    await kit.run(() => kit.sync.updateSettings(dana, { notifyClients: true }, { acknowledgements: MAIL_ON }))
    await kit.settle()
    expect(kit.events(DANA)).toMatchObject([{ attendees: [{ email: CLIENT }] }])
    expect(mails(kit)).toEqual([])
  })

  it('B9: not for the past', async () => {
    const kit = await mailingKit()
    kit.book.put(ref(), withClient({ start: '2026-11-20T15:00' }))
    await kit.changed(ref())
    kit.book.put(ref(), withClient({ start: '2026-11-20T16:00', version: 'v2' }))
    await kit.changed(ref())
    kit.book.delete(ref())
    await kit.changed(ref())
    expect(sendUpdates(kit)).toEqual(['none', 'none', 'none'])
    expect(mails(kit)).toEqual([])
  })

  it('B9: not by adopting', async () => {
    const kit = await mailingKit()
    kit.book.put(ref(), withClient())
    await kit.changed(ref())
    kit.google.control.clearMail()
    const life = await OtherLife.of(kit, { sameIdentity: true })
    await life.connect(dana, DANA)
    await kit.run(() =>
      life.sync.updateSettings(dana, { notifyClients: true }, { acknowledgements: MAIL_ON }),
    )
    await life.settle()
    expect(kit.events(DANA)).toHaveLength(1)
    expect(mails(kit)).toEqual([])
  })

  it('B9: a run that was held up past the appointment’s end mails nobody', async () => {
    const kit = await mailingKit()
    kit.google.control.freezeWrites(DANA, 2 * DAY)
    kit.book.put(ref(), withClient())
    await kit.changed(ref())
    await kit.runtime.clock.advance(3 * DAY)
    await kit.settle()
    expect(kit.events(DANA)).toHaveLength(1)
    expect(mails(kit)).toEqual([])
  })
})
