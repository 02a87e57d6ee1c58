import { MAX_TEXT_INPUT } from './limits.ts'

/** Stands for a value that is no plain data. The schema refuses it like any other wrong type. */
export const NOT_PLAIN = Symbol('not plain data')

/**
 * Copies the named properties of a foreign object, each read once. Getters, proxies and cycles cost nobody but
 * this object: nothing is enumerated, nothing is called, and nothing throws. `null` is absence.
 */
export function snapshot(raw: unknown, names: readonly string[]): Record<string, unknown> | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined
  const copy: Record<string, unknown> = {}
  for (const name of names) {
    const value = attempt(() => (raw as Record<string, unknown>)[name])
    if (value !== undefined && value !== null) copy[name] = value
  }
  return copy
}

/** A scalar as it is, a `Date` as ISO text. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT_INPUT)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  // By internal slot: a Date of another realm is a Date too.
  return typeof value === 'object' ? attempt(() => Date.prototype.toISOString.call(value)) : NOT_PLAIN
}

/** The items of an array, or `NOT_PLAIN` for what is none or has more than `max`. */
export function plainItems(value: unknown, max: number, item: (value: unknown) => unknown): unknown {
  return attempt(() => {
    if (!Array.isArray(value)) return NOT_PLAIN
    const length: unknown = value.length
    if (typeof length !== 'number' || length > max) return NOT_PLAIN
    return Array.from({ length }, (_, index) => item(value[index]))
  })
}

function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return NOT_PLAIN
  }
}
