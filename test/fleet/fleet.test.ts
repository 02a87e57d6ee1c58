import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeGoogleProcess } from '../../examples/express-clinic/fake-google.ts'
import type { HostRow } from './host-table.ts'
import { type Calendars, judge, plantForeign } from './judge.ts'
import { makePlan, PEOPLE } from './plan.ts'

describe('the fleet', () => {
  it('plans the same for the same seed, and every kind of edit', () => {
    const plan = makePlan(3, 400, 0)
    expect(makePlan(3, 400, 0)).toEqual(plan)
    expect(makePlan(4, 400, 0)).not.toEqual(plan)
    expect(plan.first).toHaveLength(320)
    expect(plan.edits).toHaveLength(80 + 160)
    expect(plan.edits.filter(({ kind }) => kind === 'delete').length).toBeGreaterThan(20)
    expect(new Set(plan.edits.map(({ row }) => `${row.workspace_id} ${row.user_id}`)).size).toBe(
      PEOPLE.length,
    )
  })
})

describe('the judge of the fleet', () => {
  const [first, second] = PEOPLE as [(typeof PEOPLE)[number], (typeof PEOPLE)[number]]
  const at = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 86_400_000
  const row: HostRow = {
    workspace_id: first.account.workspaceId,
    id: 'a1',
    user_id: first.account.userId,
    title: 'w1 a1 v1',
    starts_at: at,
    updated_at: 1,
  }
  const event = {
    summary: row.title,
    start: { dateTime: new Date(at).toISOString() },
    end: { dateTime: new Date(at + 1_800_000).toISOString() },
  }
  let fake: FakeGoogleProcess
  let calendars: Calendars
  beforeAll(async () => {
    fake = await FakeGoogleProcess.start({
      redirectUri: 'https://app.example/callback',
      seed: 1,
      noQuota: true,
    })
    for (const { email } of PEOPLE) await fake.control('create-user', { email, timeZone: 'UTC' })
    calendars = await plantForeign(fake)
  })
  afterAll(() => fake.stop())

  it('finds a missing, a doubled, a stale and a foreign event', { timeout: 60_000 }, async () => {
    const add = (email: string) => fake.control<{ id: string }>('create-event', { calendarId: email, event })
    expect(await judge(fake, [], calendars)).toEqual([])
    expect(await judge(fake, [row], calendars)).toEqual([`${first.email}: missing or stale: ${row.title}`])
    await add(first.email)
    expect(await judge(fake, [row], calendars)).toEqual([])
    expect(await judge(fake, [{ ...row, starts_at: at + 60_000 }], calendars)).toHaveLength(2)
    await add(first.email)
    expect(await judge(fake, [row], calendars)).toEqual([expect.stringContaining('1 too many')])
    await add(second.email)
    expect(await judge(fake, [row], calendars)).toHaveLength(2)
    const id = calendars.foreign.get(second.email)?.[0]?.id
    await fake.control('edit-event', { calendarId: second.email, eventId: id, changes: { summary: 'Moved' } })
    expect((await judge(fake, [row], calendars)).join()).toContain('a foreign event was touched')
  })
})
