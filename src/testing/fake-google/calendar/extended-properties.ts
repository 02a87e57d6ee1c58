import { parseError } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'

const MAX_KEY = 44
const MAX_VALUE = 1024
const MAX_PROPERTIES = 300
const MAX_TOTAL = 32_768

/**
 * Calendar API, "Extended properties": a key too long is dropped and a value too long cut, both in silence. What
 * becomes of the surplus over 300 properties or 32 kB is not documented; here it is dropped too.
 */
export function readExtendedProperties(value: Json | undefined): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) return parseError()
  const budget = { properties: MAX_PROPERTIES, characters: MAX_TOTAL }
  const read = {
    private: readProperties(value.private, budget),
    shared: readProperties(value.shared, budget),
  }
  return read.private || read.shared ? compact(read) : undefined
}

function readProperties(value: Json | undefined, budget: { properties: number; characters: number }) {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) return parseError()
  const kept: JsonObject = {}
  for (const [key, raw] of Object.entries(value)) {
    if (raw === null || raw === undefined) continue
    if (typeof raw === 'object') return parseError()
    const text = String(raw).slice(0, MAX_VALUE)
    if (key.length > MAX_KEY || budget.properties === 0 || key.length + text.length > budget.characters)
      continue
    budget.properties--
    budget.characters -= key.length + text.length
    kept[key] = text
  }
  return Object.keys(kept).length > 0 ? kept : undefined
}
