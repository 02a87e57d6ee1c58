import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '../../src/testing/index.ts'
import type { Crew } from './crew.ts'

/** Shares of the requests to the Calendar API. */
export const FAULTS = {
  internalError: 0.01,
  rateLimitExceeded: 0.01,
  timeoutBeforeCommit: 0.01,
  timeoutAfterCommit: 0.015,
  resetBeforeCommit: 0.01,
  resetAfterCommit: 0.015,
  truncated: 0.01,
}

const SHARE_OF_KILLS = 0.8
const AT_LEAST = 5

/** Kills workers and cuts connections for as long as it lasts. What it does is seeded, when it hits is not. */
export class Chaos {
  readonly #random: SeededRandom
  readonly #crew: Crew
  readonly #cut: () => Promise<void>
  readonly #running: Promise<void>
  #isEnding = false
  cuts = 0

  constructor(random: SeededRandom, crew: Crew, cut: () => Promise<void>) {
    this.#random = random
    this.#crew = crew
    this.#cut = cut
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    for (;;) {
      await sleep(500 + this.#random.float() * 1_500)
      if (this.#isEnding && this.#crew.kills + this.cuts >= AT_LEAST) return
      if (this.#random.float() < SHARE_OF_KILLS) this.#crew.kill(Math.floor(this.#random.float() * 16))
      else {
        this.cuts++
        await this.#cut()
      }
    }
  }

  /** A short round still has its share of trouble. */
  async end(): Promise<void> {
    this.#isEnding = true
    await this.#running
  }
}
