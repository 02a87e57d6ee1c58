import { closeSync, openSync, readSync, writeSync } from 'node:fs'

/**
 * The time of a history, epoch ms, in a file that every process of it reads: their clocks are always in step. Only
 * the one that lets time pass writes.
 */
export class SharedTime {
  readonly #file: number
  readonly #now = new Float64Array(1)

  static create(path: string, now: number): SharedTime {
    closeSync(openSync(path, 'w'))
    const time = new SharedTime(path)
    time.#write(now)
    return time
  }

  constructor(path: string) {
    this.#file = openSync(path, 'r+')
  }

  get now(): number {
    readSync(this.#file, this.#now, 0, 8, 0)
    return this.#now[0] ?? 0
  }

  pass(ms: number): void {
    this.#write(this.now + ms)
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(now: number): void {
    this.#now[0] = now
    writeSync(this.#file, this.#now, 0, 8, 0)
  }
}
