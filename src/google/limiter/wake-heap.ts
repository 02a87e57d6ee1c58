export interface Sleeper {
  wakeAt: number
  /** Place in the heap, -1 outside. */
  heapIndex: number
}

/** Who is to be looked at again first. Each sleeper is in it once, and can be moved or taken out in O(log n). */
export class WakeHeap<T extends Sleeper> {
  readonly #items: T[] = []

  get first(): T | undefined {
    return this.#items[0]
  }

  set(item: T, wakeAt: number): void {
    item.wakeAt = wakeAt
    if (item.heapIndex < 0) {
      item.heapIndex = this.#items.length
      this.#items.push(item)
    }
    this.#up(item)
    this.#down(item)
  }

  remove(item: T): void {
    const { heapIndex } = item
    if (heapIndex < 0) return
    item.heapIndex = -1
    const last = this.#items.pop()
    if (last === undefined || last === item) return
    this.#put(last, heapIndex)
    this.#up(last)
    this.#down(last)
  }

  #put(item: T, index: number): void {
    this.#items[index] = item
    item.heapIndex = index
  }

  #up(item: T): void {
    while (item.heapIndex > 0) {
      const at = (item.heapIndex - 1) >> 1
      const parent = this.#items[at]
      if (parent === undefined || parent.wakeAt <= item.wakeAt) return
      this.#put(parent, item.heapIndex)
      this.#put(item, at)
    }
  }

  #down(item: T): void {
    for (;;) {
      const left = this.#items[item.heapIndex * 2 + 1]
      const right = this.#items[item.heapIndex * 2 + 2]
      const child = right !== undefined && left !== undefined && right.wakeAt < left.wakeAt ? right : left
      if (child === undefined || child.wakeAt >= item.wakeAt) return
      const at = child.heapIndex
      this.#put(child, item.heapIndex)
      this.#put(item, at)
    }
  }
}
