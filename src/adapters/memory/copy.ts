/** What passes the port is copied both ways, as through a database's JSON: no caller shares our rows. */
export function copy<T>(value: T): T {
  return cloned(value) as T
}

function cloned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(cloned)
  const made: Record<string, unknown> = {}
  for (const [key, of] of Object.entries(value)) if (of !== undefined) made[key] = cloned(of)
  return made
}
