import { isObject, type JsonObject } from '../wire/json.ts'

/** PATCH: objects merge, arrays are replaced as a whole, `null` clears (Calendar API, "Events: patch"). */
export function mergePatch(base: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...base }
  for (const [key, value] of Object.entries(patch)) {
    const before = result[key]
    if (value === null) delete result[key]
    else if (isObject(value)) result[key] = mergePatch(isObject(before) ? before : {}, value)
    else result[key] = value
  }
  return result
}
