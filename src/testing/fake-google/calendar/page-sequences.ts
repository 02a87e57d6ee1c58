import type { StoredEvent } from './stored-event.ts'

const KEPT = 64

/** Sorted results in the middle of being paged, so that later pages need not sort again. */
export class PageSequences {
  readonly #sequences = new Map<string, readonly StoredEvent[]>()
  #count = 0

  keep(events: readonly StoredEvent[]): string {
    const id = String(++this.#count)
    this.#sequences.set(id, events)
    for (const oldest of this.#sequences.keys()) {
      if (this.#sequences.size <= KEPT) break
      this.#sequences.delete(oldest)
    }
    return id
  }

  /** Undefined once forgotten: the query is then run again. */
  get(id: string): readonly StoredEvent[] | undefined {
    return this.#sequences.get(id)
  }
}
