/** Rows by a key that several share. An empty group takes no room. */
export class Groups<T> {
  readonly #groups = new Map<string, Set<T>>()

  add(key: string, row: T): void {
    const group = this.#groups.get(key)
    if (group) group.add(row)
    else this.#groups.set(key, new Set([row]))
  }

  delete(key: string, row: T): void {
    const group = this.#groups.get(key)
    if (group?.delete(row) && group.size === 0) this.#groups.delete(key)
  }

  has(key: string): boolean {
    return this.#groups.has(key)
  }

  of(key: string): readonly T[] {
    return [...(this.#groups.get(key) ?? [])]
  }
}
