import { SeededRandom } from '../../src/testing/index.ts'

/**
 * Every decision of a history, in order. In bulk it is rolled from a seed and recorded; a given tape is read
 * instead. Zero always means the harmless choice, so that a tape shrinks by zeroing.
 */
export class Tape {
  readonly taken: number[] = []
  readonly #random: SeededRandom
  readonly #given: readonly number[] | undefined

  constructor(seed: number, given?: readonly number[]) {
    this.#random = new SeededRandom(seed)
    this.#given = given
  }

  /** A whole number below `n`. */
  below(n: number): number {
    const value = this.#given
      ? Math.min(n - 1, this.#given[this.taken.length] ?? 0)
      : Math.floor(this.#random.float() * n)
    this.taken.push(value)
    return value
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  chance(share: number): boolean {
    if (share <= 0) return false
    const value = this.#given
      ? Math.min(1, this.#given[this.taken.length] ?? 0)
      : Number(this.#random.float() < share)
    this.taken.push(value)
    return value === 1
  }

  /** The place of a weighted choice counted from 1; 0 when none was hit. Weights are shares of 1. */
  weighted(weights: readonly number[]): number {
    let value = 0
    if (this.#given) value = Math.min(weights.length, this.#given[this.taken.length] ?? 0)
    else {
      let point = this.#random.float()
      for (let i = 0; i < weights.length && value === 0; i++) {
        point -= weights[i] as number
        if (point < 0) value = i + 1
      }
    }
    this.taken.push(value)
    return value
  }
}
