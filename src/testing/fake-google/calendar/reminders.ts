import { invalid, parseError, refuse } from '../wire/envelope.ts'
import { isObject, type Json, type JsonObject } from '../wire/json.ts'

const MAX_OVERRIDES = 5
const FOUR_WEEKS = 40_320

/** Calendar API, "Reminders & notifications". Undefined stands for the default, `useDefault: true`. */
export function readReminders(value: Json | undefined): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) return parseError()
  const overrides = readOverrides(value.overrides)
  if (value.useDefault !== false) {
    if (overrides.length === 0) return undefined
    const reason = 'cannotUseDefaultRemindersAndSpecifyOverride'
    const message = 'Cannot specify both default reminders and overrides at the same time.'
    return refuse(400, 'calendar', reason, message)
  }
  return overrides.length > 0 ? { useDefault: false, overrides } : { useDefault: false }
}

export function readOverrides(value: Json | undefined): JsonObject[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return parseError()
  if (value.length > MAX_OVERRIDES) return invalid('Too many reminders.')
  return value.map(item => {
    if (!isObject(item)) return parseError()
    const { method, minutes } = item
    if (method !== 'email' && method !== 'popup') return invalid('Invalid reminder method.')
    if (typeof minutes !== 'number' || !Number.isInteger(minutes) || minutes < 0 || minutes > FOUR_WEEKS) {
      return invalid('Invalid reminder minutes.')
    }
    return { method, minutes }
  })
}
