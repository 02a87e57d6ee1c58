import type { Clock } from '../../src/contracts/runtime.ts'

/**
 * A worker that can be killed or frozen at any await: its calls to stores and network go through here. Killed, no
 * call of it starts or ever answers again. Frozen, calls and answers wait, so that it goes on later as a zombie.
 */
export class Mortal {
  readonly #clock: Clock
  #dead = false
  #frozenUntil = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  kill(): void {
    this.#dead = true
  }

  freeze(ms: number): void {
    this.#frozenUntil = this.#clock.now() + ms
  }

  call<A extends unknown[], R>(work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    return async (...args) => {
      await this.#alive()
      try {
        return await work(...args)
      } finally {
        await this.#alive()
      }
    }
  }

  /** Every method of a store and of the stores in it. */
  store<T extends object>(store: T): T {
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value === 'function') return this.call(value.bind(target))
        return typeof value === 'object' && value !== null ? this.store(value) : value
      },
    })
  }

  async #alive(): Promise<void> {
    while (!this.#dead && this.#clock.now() < this.#frozenUntil) {
      await this.#clock.sleep(this.#frozenUntil - this.#clock.now())
    }
    if (this.#dead) await new Promise<never>(() => {})
  }
}
