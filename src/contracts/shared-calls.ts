interface Line<T> {
  readonly running: Promise<T>
  next?: Promise<T>
}

/**
 * Calls of one key that come while one runs share the one after it. Not the running one: it began before they
 * came, so it may have read what was true before they asked.
 */
export class SharedCalls<T> {
  readonly #lines = new Map<string, Line<T>>()

  /** `isOwn`: the call was made for this caller, and is not one that it shares. */
  async run(key: string, work: () => Promise<T>): Promise<{ readonly value: T; readonly isOwn: boolean }> {
    const line = this.#lines.get(key)
    if (line?.next) return { value: await line.next, isOwn: false }
    const own = line ? line.running.then(work, work) : work()
    if (line) line.next = own
    else this.#lines.set(key, { running: own })
    try {
      return { value: await own, isOwn: true }
    } finally {
      const next = this.#lines.get(key)?.next
      if (next) this.#lines.set(key, { running: next })
      else this.#lines.delete(key)
    }
  }
}
