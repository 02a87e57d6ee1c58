import { race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import type { StateHarness } from './harness.ts'

export const identityKeyCases: Cases<StateHarness> = {
  '[1] the first value stays, whoever puts another': async ({ store, other, expect }) => {
    expect(await store.identityKey.get()).toBe(undefined)
    expect(await store.identityKey.putIfAbsent('sealed 1')).toBe('sealed 1')
    expect(await other.identityKey.putIfAbsent('sealed 2')).toBe('sealed 1')
    expect(await other.identityKey.get()).toBe('sealed 1')
  },

  "[1] of 20 racing writers all get the winner's value": async ({ store, other, expect }) => {
    const answers = await race(20, index =>
      (index % 2 ? store : other).identityKey.putIfAbsent(`by ${index}`),
    )
    expect(new Set(answers).size).toBe(1)
    expect(await store.identityKey.get()).toBe(answers[0])
  },

  '[2] replace swaps the value only while it is the one expected': async ({ store, other, expect }) => {
    expect(await store.identityKey.replace('sealed 1', 'sealed 2')).toBe(false)
    expect(await store.identityKey.get()).toBe(undefined)
    await store.identityKey.putIfAbsent('sealed 1')
    expect(await store.identityKey.replace('sealed 0', 'sealed 2')).toBe(false)
    expect(await other.identityKey.replace('sealed 1', 'sealed 2')).toBe(true)
    expect(await store.identityKey.replace('sealed 1', 'sealed 3')).toBe(false)
    expect(await store.identityKey.get()).toBe('sealed 2')
  },

  '[2] of 20 racing replacements of one value exactly one is made': async ({ store, other, expect }) => {
    await store.identityKey.putIfAbsent('old')
    const made = await race(20, index =>
      (index % 2 ? store : other).identityKey.replace('old', `by ${index}`),
    )
    expect(made.filter(Boolean).length).toBe(1)
    expect(await store.identityKey.get()).toBe(`by ${made.indexOf(true)}`)
  },
}
