import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import type { TimeScale } from '../../fleet/scaled-clock.ts'

/** What a process needs to know to share the time of a history. */
export interface LeapingTime extends TimeScale {
  /** The file of `Leaps`. */
  readonly path: string
}

/** How far the time of a history has leapt, in a file that every process of it reads: their clocks stay in step. */
export class Leaps {
  readonly #file: number
  readonly #ms = new Float64Array(1)

  constructor(path: string) {
    this.#file = openSync(path, 'a+')
    closeSync(this.#file)
    this.#file = openSync(path, 'r+')
  }

  get ms(): number {
    return readSync(this.#file, this.#ms, 0, 8, 0) === 8 ? (this.#ms[0] ?? 0) : 0
  }

  add(ms: number): void {
    this.#ms[0] = this.ms + ms
    writeSync(this.#file, this.#ms, 0, 8, 0)
  }

  close(): void {
    closeSync(this.#file)
  }
}
