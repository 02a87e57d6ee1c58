/** Calls shared at a time; beyond it a caller calls for itself, no less correctly. */
export const MAX_FLIGHTS = 10_000

/** Calls under way, by key: whoever asks meanwhile gets the same answer. */
export class Flights<T> {
  readonly #running = new Map<string, Promise<T>>()

  share(key: string, call: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const flight = call()
    if (this.#running.size >= MAX_FLIGHTS) return flight
    const tracked = flight.finally(() => this.#running.delete(key))
    this.#running.set(key, tracked)
    return tracked
  }
}
