import { describe, expect, it, vi } from 'vitest'
import { MAX_WAIT_IN_PROCESS_MS, withRetries } from '../../../src/google/retry.ts'
import { ManualClock } from './manual-clock.ts'

function setup(float = 0.5) {
  const clock = new ManualClock()
  const random = { bytes: (n: number) => new Uint8Array(n), float: () => float }
  const started = clock.now()
  const at: number[] = []
  const stamp = <T>(outcome: () => T) => {
    at.push(clock.now() - started)
    return outcome()
  }
  return { clock, random, at, stamp }
}

const failing = () => {
  throw new TypeError('no network')
}

describe('withRetries', () => {
  it('goes again after 1, 2, 4, 8, 16 s and then throws the last error', async () => {
    const { clock, random, at, stamp } = setup()
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const run = withRetries(async () => stamp(failing), { clock, random, shouldRetry: () => true })
    const settled = run.catch((error: unknown) => error)
    await clock.advance(60_000)
    expect(await settled).toBeInstanceOf(TypeError)
    expect(at).toEqual([0, 1000, 3000, 7000, 15_000, 31_000])
    expect(timers).not.toHaveBeenCalled()
    timers.mockRestore()
  })

  it.each([
    [0, 750],
    [0.999_999, 1250],
  ])('varies a delay by a quarter (%d)', async (float, expected) => {
    const { clock, random, at, stamp } = setup(float)
    const run = withRetries(async n => stamp(() => n), {
      clock,
      random,
      shouldRetry: a => 'value' in a && a.value < 2,
    })
    await clock.advance(2000)
    expect(await run).toBe(2)
    expect(at[1]).toBeCloseTo(expected, 0)
  })

  it('answers the last value when retries are used up', async () => {
    const { clock, random } = setup()
    const run = withRetries(async n => `try ${n}`, {
      clock,
      random,
      delaysMs: [1, 1],
      shouldRetry: () => true,
    })
    await clock.advance(10)
    expect(await run).toBe('try 3')
  })

  it('does not go again unless told to', async () => {
    const { clock, random, at, stamp } = setup()
    const run = withRetries(async () => stamp(failing), { clock, random, shouldRetry: () => false })
    await expect(run).rejects.toThrow('no network')
    expect(at).toEqual([0])
  })

  it('waits at least as long as asked, but not for long in process', async () => {
    const { clock, random, at, stamp } = setup()
    const run = withRetries(async n => stamp(() => n), {
      clock,
      random,
      shouldRetry: attempt => ('value' in attempt && attempt.value < 2 ? { afterMs: 5000 } : false),
    })
    await clock.advance(6000)
    expect(await run).toBe(2)
    expect(at).toEqual([0, 5000])
    const long = { afterMs: MAX_WAIT_IN_PROCESS_MS + 1 }
    expect(await withRetries(async n => n, { clock, random, shouldRetry: () => long })).toBe(1)
  })

  it('stops waiting with the signal, and keeps an outcome that came after it', async () => {
    const { clock, random } = setup()
    const controller = new AbortController()
    const { signal } = controller
    const waiting = withRetries(async () => failing(), { clock, random, signal, shouldRetry: () => true })
    const stopped = expect(waiting).rejects.toThrow('stopped')
    await clock.advance(10)
    controller.abort(new Error('stopped'))
    await stopped
    expect(clock.timers).toBe(0)

    const late = new AbortController()
    const landed = withRetries(
      async () => {
        late.abort(new Error('stopped'))
        return 'landed'
      },
      { clock, random, signal: late.signal, shouldRetry: () => false },
    )
    expect(await landed).toBe('landed')
    await expect(
      withRetries(async () => 1, { clock, random, signal, shouldRetry: () => true }),
    ).rejects.toThrow('stopped')
  })

  it('throws an error of shouldRetry itself', async () => {
    const { clock, random } = setup()
    const run = withRetries(async () => 1, {
      clock,
      random,
      shouldRetry: () => {
        throw new RangeError('bug')
      },
    })
    await expect(run).rejects.toThrow('bug')
  })
})
