import type { ApiCall } from '../wire/call.ts'
import { invalid, parseError, refuse } from '../wire/envelope.ts'
import { isObject, type Json, type JsonObject } from '../wire/json.ts'
import { booleanParameter } from '../wire/parameters.ts'
import { isCalendarColor } from './calendar-colors.ts'
import { readOverrides } from './reminders.ts'
import type { EntryChanges } from './user-calendar-list.ts'

const RGB = /^#[0-9a-f]{6}$/i
const NOTIFICATIONS = ['eventCreation', 'eventChange', 'eventCancellation', 'eventResponse', 'agenda']

/** What a user may write of an entry of their list (Calendar API, "CalendarList"). */
export function readEntryChanges(call: ApiCall, body: JsonObject): EntryChanges {
  const { colorId, summaryOverride, hidden, selected, defaultReminders, notificationSettings } = body
  const changes: EntryChanges = {}
  if (typeof colorId === 'string') {
    changes.colorId = isCalendarColor(colorId) ? colorId : invalid('Invalid color id.')
    changes.rgb = undefined
  }
  if (booleanParameter(call.query, 'colorRgbFormat', false)) changes.rgb = readRgb(body)
  if (summaryOverride === null || summaryOverride === '') changes.summaryOverride = undefined
  else if (typeof summaryOverride === 'string') changes.summaryOverride = summaryOverride
  else if (summaryOverride !== undefined) parseError()
  if (typeof hidden === 'boolean') changes.hidden = hidden
  if (typeof selected === 'boolean') changes.selected = selected
  if (defaultReminders !== undefined) changes.defaultReminders = readOverrides(defaultReminders)
  if (notificationSettings !== undefined)
    changes.notificationSettings = readNotifications(notificationSettings)
  return changes
}

/** Colours by value count only with `colorRgbFormat=true`, and come as a pair. */
function readRgb({ backgroundColor, foregroundColor }: JsonObject) {
  const isRgb = (value: Json | undefined) => typeof value === 'string' && RGB.test(value)
  if (!isRgb(backgroundColor) || !isRgb(foregroundColor)) return invalid('Invalid color.')
  return { backgroundColor: String(backgroundColor), foregroundColor: String(foregroundColor) }
}

function readNotifications(value: Json): JsonObject | undefined {
  if (value === null) return undefined
  if (!isObject(value) || !Array.isArray(value.notifications)) return parseError()
  const notifications = value.notifications.map(item => {
    if (!isObject(item)) return parseError()
    const { type, method } = item
    if (method === 'email' && typeof type === 'string' && NOTIFICATIONS.includes(type))
      return { type, method }
    return refuse(400, 'global', 'invalid', 'Invalid notification settings.')
  })
  return notifications.length > 0 ? { notifications } : undefined
}
