import { describe, expect, it } from 'vitest'
import type { Lane } from '../../../src/contracts/job-queue.ts'
import { LIMITED, release, setup } from './limiter-setup.ts'
import { flush } from './manual-clock.ts'

/** mulberry32 */
const seeded = (seed: number) => {
  let state = seed
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

describe('budgets', () => {
  it('lets 600 units a minute minus headroom through at once, and the rest as the window slides', async () => {
    const { clock, run, log } = setup()
    for (let call = 0; call < 700; call++) void run({ units: call % 7 === 0 ? 3 : 1 })
    await flush()
    const first = log.reduce((sum, { units }) => sum + units, 0)
    expect(first).toBeGreaterThan(585)
    expect(first).toBeLessThanOrEqual(594)
    await clock.advance(59_999)
    expect(log.reduce((sum, { units }) => sum + units, 0)).toBe(first)
    await clock.advance(1)
    expect(log).toHaveLength(700)
  })

  it('counts a call until a minute after its answer', async () => {
    const { clock, acquire, run, log } = setup({ userUnits: 10 })
    const slow = await acquire({ units: 9 })
    void run()
    await clock.advance(50_000)
    expect(log).toHaveLength(0)
    release(slow)
    await clock.advance(59_999)
    expect(log).toHaveLength(0)
    await clock.advance(1)
    expect(log).toHaveLength(1)
  })

  it('shares the quotas between workers, and always lets a PATCH fit', async () => {
    const { clock, run, log } = setup({ workers: 6 })
    for (let call = 0; call < 200; call++) void run()
    await clock.advance(0)
    expect(log).toHaveLength(99)
    const tiny = setup({ workers: 10_000 })
    for (let call = 0; call < 2; call++) void tiny.run({ units: 3, lane: 'bulk' })
    await tiny.clock.advance(60_000)
    expect(tiny.log).toHaveLength(2)
  })

  it('keeps the project within its quota', async () => {
    const { clock, run, log } = setup({ projectUnits: 100 })
    for (let user = 0; user < 50; user++) {
      for (let call = 0; call < 6; call++) void run({ subject: `u${user}` })
    }
    await clock.advance(0)
    expect(log).toHaveLength(99)
    await clock.advance(59_999)
    expect(log).toHaveLength(99)
    await clock.advance(1)
    expect(log).toHaveLength(198)
  })

  it('never goes over a limit in any window, as Google counts: at some time before the answer', async () => {
    const { clock, acquire } = setup({ userUnits: 50, projectUnits: 120 })
    const next = seeded(7)
    const lanes: Lane[] = ['interactive', 'pull', 'bulk']
    const counted: { subject: string; at: number; units: number }[] = []
    const call = async () => {
      const [subject, units] = [`u${next(4)}`, next(4) === 0 ? 3 : 1]
      const admission = await acquire({ subject, units, lane: lanes[next(3)] ?? 'pull' })
      if (!admission.admitted) return
      await clock.sleep(next(3000))
      counted.push({ subject, at: clock.now(), units })
      await clock.sleep(next(3000))
      release(admission)
    }
    for (let step = 0; step < 1000; step++) {
      void call()
      await clock.advance(next(700))
    }
    await clock.advance(300_000)
    const worst = (entries: typeof counted) =>
      Math.max(
        ...entries.map(({ at }) =>
          entries.reduce((sum, e) => (e.at <= at && e.at > at - 60_000 ? sum + e.units : sum), 0),
        ),
      )
    expect(counted.length).toBeGreaterThan(400)
    expect(worst(counted)).toBeLessThanOrEqual(118)
    expect(worst(counted)).toBeGreaterThan(100)
    for (const user of ['u0', 'u1', 'u2', 'u3']) {
      expect(worst(counted.filter(({ subject }) => subject === user))).toBeLessThanOrEqual(49)
    }
  })

  it('knows no budget when the quota is off', async () => {
    const { clock, run, log } = setup({ quota: 'off' })
    for (let call = 0; call < 20_000; call++) void run({ lane: 'bulk' })
    await clock.advance(0)
    expect(log).toHaveLength(20_000)
  })
})

describe('lanes', () => {
  it('leaves a fifth of the user and of the project to better lanes', async () => {
    const { clock, run, log } = setup({ userUnits: 100, projectUnits: 300 })
    for (let call = 0; call < 200; call++) {
      void run({ lane: 'bulk', subject: 'a' })
      void run({ lane: 'bulk', subject: 'b' })
      void run({ lane: 'bulk', subject: 'c' })
      void run({ lane: 'bulk', subject: 'd' })
    }
    await clock.advance(0)
    expect(log).toHaveLength(237)
    void run({ subject: 'a' })
    void run({ subject: 'new' })
    await clock.advance(0)
    expect(log.slice(237).map(({ subject }) => subject)).toEqual(['a', 'new'])
  })

  it('serves interactive before pull before bulk', async () => {
    const { clock, run, log } = setup({ userUnits: 8 })
    for (let call = 0; call < 7; call++) void run()
    const lanes = ['bulk', 'pull', 'interactive', 'bulk', 'pull', 'interactive'] as const
    for (const lane of lanes) void run({ lane })
    await clock.advance(60_000)
    const served = log.slice(7).map(({ lane }) => lane)
    expect(served).toEqual(['interactive', 'interactive', 'pull', 'pull', 'bulk', 'bulk'])
  })

  it('does not let small calls of a worse lane starve a PATCH', async () => {
    const { clock, acquire, run, log } = setup({ userUnits: 10 })
    const open = await Promise.all(Array.from({ length: 8 }, () => acquire()))
    void run({ units: 3 })
    for (let call = 0; call < 20; call++) void run({ lane: 'pull' })
    for (const admission of open) {
      await clock.advance(5000)
      release(admission)
    }
    await clock.advance(29_999)
    expect(log).toHaveLength(0)
    await clock.advance(1)
    expect(log[0]).toMatchObject({ lane: 'interactive', units: 3 })
  })

  it('gives users of a lane turns, whatever each has waiting', async () => {
    const { clock, run, log } = setup({ projectUnits: 10 })
    for (let call = 0; call < 8; call++) void run({ lane: 'bulk', subject: 'filler' })
    for (let call = 0; call < 50; call++) void run({ lane: 'bulk', subject: 'big' })
    for (let call = 0; call < 2; call++) void run({ lane: 'bulk', subject: 'small' })
    await clock.advance(60_000)
    expect(log.slice(-7).map(({ subject }) => subject)).toContain('small')
    await clock.advance(60_000)
    expect(log.filter(({ subject }) => subject === 'small')).toHaveLength(2)
  })

  it('lets an edit pass bulk writes that wait for the same calendar', async () => {
    const { acquire, run, log } = setup()
    const write = { write: true, calendarId: 'c' }
    const running = await acquire({ ...write, lane: 'bulk' })
    for (let call = 0; call < 5; call++) void run({ ...write, lane: 'bulk' })
    void run({ ...write, lane: 'interactive' })
    await flush()
    expect(log).toHaveLength(0)
    release(running)
    await flush()
    expect(log.map(({ lane }) => lane)).toEqual(['interactive', ...Array.from({ length: 5 }, () => 'bulk')])
  })
})

describe('one calendar', () => {
  it('writes one at a time; other calendars, users and reads do not wait', async () => {
    const { acquire, run, log } = setup()
    const first = await acquire({ write: true, calendarId: 'c' })
    void run({ write: true, calendarId: 'c', subject: 'u' })
    void run({ write: true, calendarId: 'd', subject: 'u', units: 3 })
    void run({ write: true, calendarId: 'c', subject: 'v' })
    void run({ calendarId: 'c' })
    await flush()
    expect(log).toHaveLength(3)
    release(first)
    await flush()
    expect(log).toHaveLength(4)
  })

  it('is not paced until Google complains, then at a rate that halves and recovers', async () => {
    const { clock, acquire, run, log } = setup({ quota: 'off' })
    const write = { write: true, calendarId: 'c' }
    for (let call = 0; call < 50; call++) void run(write)
    await clock.advance(0)
    expect(log).toHaveLength(50)

    release(await acquire(write), LIMITED)
    for (let call = 0; call < 100; call++) void run(write)
    await clock.advance(0)
    expect(log).toHaveLength(50)
    await clock.advance(1000)
    await clock.advance(4000)
    const soon = log.length - 50
    expect(soon).toBeGreaterThanOrEqual(8)
    expect(soon).toBeLessThanOrEqual(14)
    await clock.advance(30_000)
    expect(log).toHaveLength(150)

    for (let call = 0; call < 300; call++) await Promise.all([run(write), clock.advance(1000)])
    const before = log.length
    for (let call = 0; call < 50; call++) void run(write)
    await clock.advance(0)
    expect(log.length - before).toBe(50)
  })

  it('does not pace below the floor', async () => {
    const { clock, acquire, run, log } = setup({ quota: 'off' })
    const write = { write: true, calendarId: 'c' }
    for (let call = 0; call < 12; call++) {
      const [admission] = await Promise.all([acquire(write), clock.advance(60_000)])
      release(admission, LIMITED)
    }
    void run(write)
    await clock.advance(40_001)
    expect(log).toHaveLength(1)
  })
})
