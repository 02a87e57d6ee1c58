import type { Random } from '../../../contracts/runtime.ts'

/** sfc32: small, fast, and the same sequence for the same seed everywhere. */
export class SeededRandom implements Random {
  private _a: number
  private _b = 0x9e3779b9
  private _c = 0x243f6a88
  private _counter = 1

  constructor(seed: number) {
    this._a = seed | 0
    for (let i = 0; i < 12; i++) this._next()
  }

  float(): number {
    return this._next() / 0x100000000
  }

  bytes(length: number): Uint8Array {
    const result = new Uint8Array(length)
    for (let i = 0; i < length; i++) result[i] = this._next()
    return result
  }

  private _next(): number {
    const sum = (this._a + this._b + this._counter++) | 0
    this._a = this._b ^ (this._b >>> 9)
    this._b = (this._c + (this._c << 3)) | 0
    this._c = ((this._c << 21) | (this._c >>> 11)) + sum
    return sum >>> 0
  }
}
