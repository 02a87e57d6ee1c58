/** What passes the port is copied both ways, as through a database's JSON: no caller shares our rows. */
export function copy<T>(value: T): T {
  return cloned(value) as T
}

function cloned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(cloned)
  const made: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const of = (value as Record<string, unknown>)[key]
    if (of === undefined) continue
    // A field's name is a host's text: assigning to this one would set the prototype.
    if (key === '__proto__') Object.defineProperty(made, key, { ...OWN, value: cloned(of) })
    else made[key] = cloned(of)
  }
  return made
}

const OWN = Object.freeze({ enumerable: true, configurable: true, writable: true })
