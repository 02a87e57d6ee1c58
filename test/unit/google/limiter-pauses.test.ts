import { describe, expect, it } from 'vitest'
import type { Admission } from '../../../src/google/call-limiter.ts'
import { MAX_WAIT_MS } from '../../../src/google/limiter/limits.ts'
import { LIMITED, release, setup } from './limiter-setup.ts'
import { flush } from './manual-clock.ts'

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
