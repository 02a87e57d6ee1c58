/** A deep copy that keeps shared references shared, prototypes included; what is in `outside` stays the same. */
export function cloneGraph<T>(root: T, outside: ReadonlySet<unknown>): T {
  const copies = new Map<unknown, unknown>()
  const clone = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || outside.has(value)) return value
    const known = copies.get(value)
    if (known !== undefined) return known
    if (value instanceof Map) {
      const copy = new Map()
      copies.set(value, copy)
      for (const [key, item] of value) copy.set(clone(key), clone(item))
      return copy
    }
    if (value instanceof Set) {
      const copy = new Set()
      copies.set(value, copy)
      for (const item of value) copy.add(clone(item))
      return copy
    }
    if (Array.isArray(value)) {
      const copy: unknown[] = []
      copies.set(value, copy)
      for (const item of value) copy.push(clone(item))
      return copy
    }
    const copy = Object.create(Object.getPrototypeOf(value))
    copies.set(value, copy)
    for (const [key, item] of Object.entries(value)) copy[key] = clone(item)
    return copy
  }
  return clone(root) as T
}
