import { describe, expect, it } from 'vitest'
import { TestKit } from '../../../src/testing/index.ts'

const NOW = Date.UTC(2026, 10, 23, 8)
const dana = { workspaceId: 'w1', userId: 'dana' }
const ref = { workspaceId: 'w1', appointmentId: 'a1' }

describe('the main job', () => {
  it('creates, changes and deletes with one request each', async () => {
    const kit = new TestKit({ now: NOW })
    expect((await kit.connect(dana, 'dana@example.com')).kind).toBe('connected')
    await kit.settle()
    kit.takeRequests()
    kit.book.put(ref, {
      userIds: ['dana'],
      start: '2026-11-24T14:00',
      durationMinutes: 60,
      timeZone: 'Europe/Berlin',
      status: 'confirmed',
      location: '123 Main St',
    })
    await kit.changed(ref)
    expect(kit.takeRequests().map(r => r.method)).toEqual(['events.insert'])
    expect(kit.events('dana@example.com')).toMatchObject([
      { summary: 'Appointment', location: '123 Main St' },
    ])
    kit.book.change(ref, { start: '2026-11-24T15:00' })
    await kit.changed(ref)
    expect(kit.takeRequests().map(r => r.method)).toEqual(['events.patch'])
    expect(kit.events('dana@example.com')).toMatchObject([
      { start: { dateTime: '2026-11-24T15:00:00+01:00' } },
    ])
    await kit.changed(ref)
    expect(kit.takeRequests()).toEqual([])
    kit.book.delete(ref)
    await kit.changed(ref)
    expect(kit.takeRequests().map(r => r.method)).toEqual(['events.delete'])
    expect(kit.events('dana@example.com')).toEqual([])
    expect(kit.issues).toEqual([])
  })
})
