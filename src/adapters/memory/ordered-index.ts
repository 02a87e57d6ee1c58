const CHUNK = 256

/**
 * Items in the order of `compare`, in chunks, so that 100,000 rows cost little to add, delete or read from the
 * front. No two items may compare as equal.
 */
export class OrderedIndex<K, T extends K> {
  readonly #compare: (a: K, b: K) => number
  readonly #chunks: T[][] = []
  #size = 0

  constructor(compare: (a: K, b: K) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#size
  }

  add(item: T): void {
    this.#size++
    if (this.#chunks.length === 0) {
      this.#chunks.push([item])
      return
    }
    const at = Math.min(this.#chunkFor(item), this.#chunks.length - 1)
    const chunk = this.#chunk(at)
    chunk.splice(this.#placeIn(chunk, item), 0, item)
    if (chunk.length > 2 * CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK))
  }

  delete(item: T): void {
    const at = this.#chunkFor(item)
    const chunk = this.#chunk(at)
    const place = this.#placeIn(chunk, item)
    if (chunk[place] !== item) return
    this.#size--
    chunk.splice(place, 1)
    if (chunk.length === 0) this.#chunks.splice(at, 1)
  }

  /** Those after the key, or all. The index must not change while this is read. */
  *after(key?: K): IterableIterator<T> {
    const first = key === undefined ? 0 : this.#chunkFor(key)
    for (let at = first; at < this.#chunks.length; at++) {
      const chunk = this.#chunk(at)
      let place = key !== undefined && at === first ? this.#placeIn(chunk, key) : 0
      for (; place < chunk.length; place++) {
        const item = chunk[place] as T
        if (key === undefined || this.#compare(item, key) > 0) yield item
      }
    }
  }

  #chunk(at: number): T[] {
    return this.#chunks[at] ?? []
  }

  /** The first chunk whose last item is not before the key. */
  #chunkFor(key: K): number {
    return lowerBound(this.#chunks.length, at => {
      const chunk = this.#chunk(at)
      return this.#compare(chunk[chunk.length - 1] as T, key) < 0
    })
  }

  #placeIn(chunk: readonly T[], key: K): number {
    return lowerBound(chunk.length, at => this.#compare(chunk[at] as T, key) < 0)
  }
}

function lowerBound(length: number, isBefore: (at: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
