import type { Random } from '../../../contracts/runtime.ts'

/** sfc32: small, fast, and the same sequence for the same seed everywhere. */
export class SeededRandom implements Random {
  #a: number
  #b = 0x9e3779b9
  #c = 0x243f6a88
  #counter = 1

  constructor(seed: number) {
    this.#a = seed | 0
    for (let i = 0; i < 12; i++) this.#next()
  }

  float(): number {
    return this.#next() / 0x100000000
  }

  bytes(length: number): Uint8Array {
    const result = new Uint8Array(length)
    for (let i = 0; i < length; i++) result[i] = this.#next()
    return result
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }
}
