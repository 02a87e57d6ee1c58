import { describe, expect, it } from 'vitest'
import type { Lane } from '../../../src/contracts/job-queue.ts'
import type { Admission, CallOutcome, LimitedCall } from '../../../src/google/call-limiter.ts'
import { MAX_WAIT_MS } from '../../../src/google/limiter/limits.ts'
import { createLimiter, type LimiterOptions } from '../../../src/google/limiter.ts'
import { flush, ManualClock } from './manual-clock.ts'

const OK: CallOutcome = { ok: true, limited: false }
const LIMITED: CallOutcome = { ok: false, limited: true }
const random = { bytes: (n: number) => new Uint8Array(n), float: () => 0 }

function setup(options: Partial<LimiterOptions> = {}) {
  const clock = new ManualClock()
  const limiter = createLimiter({ clock, random, ...options })
  const log: { at: number; subject: string; lane: Lane; units: number }[] = []
  const started = clock.now()
  const acquire = (call: Partial<LimitedCall> = {}) =>
    limiter.acquire({ subject: 'u', write: false, lane: 'interactive', units: 1, ...call })
  /** Acquires, takes `ms`, releases. */
  const run = async (call: Partial<LimitedCall> = {}, ms = 0, outcome = OK) => {
    const admission = await acquire(call)
    if (!admission.admitted) return admission
    const { subject = 'u', lane = 'interactive', units = 1 } = call
    log.push({ at: clock.now() - started, subject, lane, units })
    if (ms > 0) await clock.sleep(ms)
    admission.release(outcome)
    return admission
  }
  return { clock, limiter, acquire, run, log }
}

const release = (admission: Admission, outcome = OK) => {
  if (!admission.admitted) throw new Error('was not admitted')
  admission.release(outcome)
}

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

describe('a rate limit', () => {
  it('holds all calls of that user for a growing while, and nobody else', async () => {
    const { clock, acquire, run, log } = setup()
    release(await acquire(), LIMITED)
    void run()
    void run({ subject: 'other' })
    await clock.advance(999)
    expect(log.map(({ subject }) => subject)).toEqual(['other'])
    await clock.advance(1)
    expect(log).toHaveLength(2)
  })

  it('doubles with each incident, where calls that left together are one', async () => {
    const { clock, acquire, run, log } = setup()
    const together = await Promise.all([acquire(), acquire(), acquire()])
    for (const admission of together) release(admission, LIMITED)
    const [again] = await Promise.all([acquire(), clock.advance(1000)])
    release(again as Admission, LIMITED)
    void run()
    await clock.advance(1999)
    expect(log).toHaveLength(0)
    await clock.advance(1)
    expect(log).toHaveLength(1)
    release(await acquire(), LIMITED)
    void run()
    await clock.advance(1000)
    expect(log).toHaveLength(2)
  })

  it('honours Retry-After, and answers instead of waiting when it is long', async () => {
    const { clock, acquire, run, log } = setup()
    release(await acquire(), { ...LIMITED, retryAfterMs: 20_000 })
    const waiting = run()
    await clock.advance(19_999)
    expect(log).toHaveLength(0)
    await clock.advance(1)
    await waiting
    expect(log).toHaveLength(1)

    const running = await acquire()
    const queued = acquire({ write: true, calendarId: 'c' })
    release(running, { ...LIMITED, retryAfterMs: 3_600_000 })
    expect(await acquire()).toEqual({ admitted: false, retryAfterMs: 3_600_000 })
    release(await queued)
    expect(await acquire({ subject: 'other' })).toMatchObject({ admitted: true })
  })

  it('answers those that wait when a long pause begins', async () => {
    const { acquire } = setup()
    const running = await acquire({ write: true, calendarId: 'c' })
    const waiting = acquire({ write: true, calendarId: 'c' })
    release(running, { ...LIMITED, retryAfterMs: 600_000 })
    expect(await waiting).toEqual({ admitted: false, retryAfterMs: 600_000 })
  })
})

describe('waiting', () => {
  it('ends with the signal, and leaves nothing behind', async () => {
    const { clock, acquire, run, log } = setup({ userUnits: 4 })
    for (let call = 0; call < 3; call++) void run()
    const controller = new AbortController()
    const waiting = acquire({ signal: controller.signal })
    await flush()
    expect(clock.timers).toBe(1)
    controller.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    await flush()
    expect(clock.timers).toBe(0)
    void run()
    await clock.advance(60_000)
    expect(log).toHaveLength(4)
    await expect(acquire({ signal: controller.signal })).rejects.toThrow('stopped')
  })

  it('is over after a limit, so that no write leaves long after its intent', async () => {
    const { clock, acquire } = setup()
    const stuck = await acquire({ write: true, calendarId: 'c' })
    const waiting = acquire({ write: true, calendarId: 'c' })
    await clock.advance(MAX_WAIT_MS)
    expect(await waiting).toMatchObject({ admitted: false })
    release(stuck)
    expect(clock.timers).toBe(0)
  })

  it('survives a clock that is set back', async () => {
    const { clock, run, log } = setup({ userUnits: 4 })
    for (let call = 0; call < 4; call++) void run()
    await flush()
    clock.jump(-3_600_000)
    const late = run()
    await clock.advance(60_000)
    await late
    expect(log.length).toBeGreaterThanOrEqual(4)
  })

  it('sends nothing that became too late while the process was suspended', async () => {
    const { clock, acquire, run, log } = setup({ userUnits: 4 })
    for (let call = 0; call < 3; call++) void run()
    const waiting = acquire()
    await flush()
    clock.jump(MAX_WAIT_MS + 1)
    await clock.advance(0)
    expect(await waiting).toMatchObject({ admitted: false })
    expect(log).toHaveLength(3)
  })

  it('keeps a pause as long as it was when the clock is set back', async () => {
    const { clock, acquire, run, log } = setup()
    release(await acquire(), { ...LIMITED, retryAfterMs: 20_000 })
    clock.jump(-3_600_000)
    void run()
    await clock.advance(10_000)
    expect(log).toHaveLength(0)
    await clock.advance(10_000)
    expect(log).toHaveLength(1)
  })

  it('keeps no timer while nobody waits', async () => {
    const { clock, run } = setup()
    for (let call = 0; call < 100; call++) await run({ write: true, calendarId: 'c' })
    expect(clock.timers).toBe(0)
  })

  it('does not count a second release', async () => {
    const { clock, acquire, run, log } = setup({ userUnits: 4 })
    const admission = await acquire({ units: 3 })
    release(admission)
    release(admission, LIMITED)
    void run()
    await clock.advance(59_999)
    expect(log).toHaveLength(0)
    await clock.advance(1)
    expect(log).toHaveLength(1)
  })

  it('forgets users that have gone quiet', async () => {
    const { clock, limiter, run } = setup({ projectUnits: 1_000_000, userUnits: 1_000_000 })
    for (let user = 0; user < 10_000; user++) await run({ subject: `u${user}`, write: true, calendarId: 'c' })
    expect(limiter.users).toBe(10_000)
    await clock.advance(60_001)
    for (let call = 0; call < 5000; call++) await run({ subject: 'one' })
    expect(limiter.users).toBeLessThan(10)
  })
})
