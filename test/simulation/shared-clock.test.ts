import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NEVER, SharedClock } from './real/shared-clock.ts'
import { SharedTime } from './real/shared-time.ts'

describe('the clock of a history', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gcs-sim-test-'))
  const file = join(folder, 'time')
  let time: SharedTime
  let clocks: readonly [SharedClock, SharedClock]
  beforeAll(() => {
    time = SharedTime.create(file, 1_000)
    clocks = [new SharedClock(file), new SharedClock(file)]
  })
  afterAll(() => {
    for (const clock of clocks) clock.close()
    time.close()
    rmSync(folder, { recursive: true })
  })

  it('passes in all processes at once, and only when it is let', async () => {
    const [one, other] = clocks
    let isAwake = false
    const sleeping = one.sleep(3_600_000).then(() => {
      isAwake = true
    })
    expect(one.waiting.other).toBe(3_601_000)
    time.pass(3_599_999)
    one.wake()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(isAwake).toBe(false)
    time.pass(1)
    expect([one.now(), other.now()]).toEqual([3_601_000, 3_601_000])
    one.wake()
    await sleeping
    expect(one.waiting).toEqual({ tick: NEVER, other: NEVER })
  })

  it('wakes a sleeper whose signal is aborted', async () => {
    const stopped = new AbortController()
    const sleeping = clocks[0].sleep(3_600_000, stopped.signal)
    stopped.abort(new Error('stopped'))
    await expect(sleeping).rejects.toThrow('stopped')
  })
})
