import { describe, expect, it } from 'vitest'
import { SharedCalls } from '../../../src/contracts/shared-calls.ts'

/** A question whose answers come when the test says. */
function questions() {
  const open: { readonly answer: (value: number) => void; readonly fail: (error: Error) => void }[] = []
  const work = () => new Promise<number>((answer, fail) => void open.push({ answer, fail }))
  return { open, work, settled: () => new Promise(resolve => setImmediate(resolve)) }
}

describe('SharedCalls', () => {
  it('never shares a call that began before the caller came', async () => {
    const calls = new SharedCalls<number>()
    const { open, work, settled } = questions()
    const first = calls.run('k', work)
    const later = [calls.run('k', work), calls.run('k', work), calls.run('k', work)]
    await settled()
    expect(open).toHaveLength(1)
    open[0]?.answer(1)
    expect(await first).toEqual({ value: 1, isOwn: true })
    await settled()
    expect(open).toHaveLength(2)
    const latest = calls.run('k', work)
    open[1]?.answer(2)
    expect(await Promise.all(later)).toEqual([
      { value: 2, isOwn: true },
      { value: 2, isOwn: false },
      { value: 2, isOwn: false },
    ])
    await settled()
    expect(open).toHaveLength(3)
    open[2]?.answer(3)
    expect(await latest).toEqual({ value: 3, isOwn: true })
  })

  it('a thousand callers make two calls; keys have nothing to do with each other', async () => {
    const calls = new SharedCalls<number>()
    let made = 0
    const work = async () => ++made
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => calls.run('k', work)))
    expect(made).toBe(2)
    expect(answers.filter(({ isOwn }) => isOwn)).toHaveLength(2)
    await Promise.all(Array.from({ length: 5 }, (_, i) => calls.run(`key ${i}`, work)))
    expect(made).toBe(7)
  })

  it('a call that fails fails those that share it, and the next is made all the same', async () => {
    const calls = new SharedCalls<number>()
    const { open, work, settled } = questions()
    const first = calls.run('k', work)
    const second = calls.run('k', work)
    const third = calls.run('k', work)
    open[0]?.fail(new Error('first'))
    await expect(first).rejects.toThrow('first')
    await settled()
    open[1]?.fail(new Error('second'))
    await expect(second).rejects.toThrow('second')
    await expect(third).rejects.toThrow('second')
    const again = calls.run('k', work)
    open[2]?.answer(4)
    expect(await again).toEqual({ value: 4, isOwn: true })
  })
})
