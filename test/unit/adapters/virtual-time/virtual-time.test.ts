import { expect, it } from 'vitest'
import { seededRandom, testRuntime, virtualClock } from '../../../../src/testing/virtual-time.ts'

it('stands still until it is told to move, and fires each sleep at its own moment, in order', async () => {
  const clock = virtualClock({ now: 1_000 })
  const log: string[] = []
  const sleep = async (name: string, ms: number) => {
    await clock.sleep(ms)
    log.push(`${name} at ${clock.now()}`)
  }
  void sleep('late', 30)
  void sleep('early', 10)
  void sleep('early too', 10)
  void sleep('twice', 5).then(() => sleep('twice', 5))
  await clock.settle()
  expect([clock.now(), log.length, clock.nextAt(), clock.sleepers()]).toEqual([1_000, 0, 1_005, 4])
  await clock.advance(20)
  expect(log).toEqual(['twice at 1005', 'early at 1010', 'early too at 1010', 'twice at 1010'])
  expect(clock.now()).toBe(1_020)
  await clock.advance(10)
  expect(log.at(-1)).toBe('late at 1030')
})

it('wakes a sleep with the reason of the abort, before or during it', async () => {
  const clock = virtualClock()
  const controller = new AbortController()
  const sleeping = clock.sleep(1_000, controller.signal)
  controller.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  await expect(clock.sleep(1, controller.signal)).rejects.toThrow('enough')
  expect(clock.sleepers()).toBe(0)
})

it('runs work to its end, whatever that is', async () => {
  const clock = virtualClock({ now: 0 })
  const work = async () => {
    for (let index = 0; index < 24; index++) await clock.sleep(3_500_000)
    return 'done'
  }
  expect(await clock.runUntil(work())).toBe('done')
  expect(clock.now()).toBe(84_000_000)
  await expect(clock.runUntil(Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  await expect(clock.runUntil(work(), { withinMs: 1_000 })).rejects.toThrow('within 1000 ms')
})

it('gives the same chance for the same seed, and another for another', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed)
    return [...random.bytes(16), random.float()]
  }
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

it('lets no test reach the network unawares', async () => {
  await expect(testRuntime().fetch('https://example.com')).rejects.toThrow('no network')
})
