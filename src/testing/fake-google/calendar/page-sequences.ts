import type { StoredEvent } from './stored-event.ts'

const KEPT = 64

/** Sorted results in the middle of being paged, so that later pages need not sort again. */
export class PageSequences {
  private readonly _sequences = new Map<string, readonly StoredEvent[]>()
  private _count = 0

  keep(events: readonly StoredEvent[]): string {
    const id = String(++this._count)
    this._sequences.set(id, events)
    for (const oldest of this._sequences.keys()) {
      if (this._sequences.size <= KEPT) break
      this._sequences.delete(oldest)
    }
    return id
  }

  /** Undefined once forgotten: the query is then run again. */
  get(id: string): readonly StoredEvent[] | undefined {
    return this._sequences.get(id)
  }
}
