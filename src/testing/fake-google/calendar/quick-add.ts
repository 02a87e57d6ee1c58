import type { ApiCall } from '../wire/call.ts'
import { required } from '../wire/envelope.ts'
import type { JsonObject } from '../wire/json.ts'
import type { Reply } from '../wire/reply.ts'
import { writableCalendar } from './access.ts'
import { countCreation } from './creation-limits.ts'
import { eventReply } from './event-reply.ts'
import { insertEvent } from './event-writes.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const TIME =
  /\b(?:at\s+)?(\d{1,2})(?::(\d{2}))?\s*(am|pm)?(?:\s*(?:-|–|to)\s*(\d{1,2})(?::(\d{2}))?\s*(am|pm)?)?\b/i

/**
 * Calendar API, "Events: quickAdd". Google reads natural language; this reads `today`, `tomorrow` or a date
 * (2026-05-04) and a time (`10am`, `at 14:30`, `9-10am`), and takes the rest for the title. Without a day it is
 * today, without a time the next full hour.
 */
export function quickAdd(call: ApiCall): Reply {
  const text = call.query.get('text') || required('Required')
  const calendar = writableCalendar(call)
  const { zones } = call.world
  const zone = calendar.properties.timeZone
  const wallNow = call.now + zones.offset(call.now, zone) * 60_000
  const { day, rest } = readDay(text, Math.floor(wallNow / DAY) * DAY)
  const span = readTime(rest)
  const start = span ? day + span.start : Math.ceil((wallNow + 1) / HOUR) * HOUR
  const end = span ? day + span.end : start + HOUR
  const at = (wall: number): JsonObject => ({
    dateTime: new Date(wall).toISOString().slice(0, 19),
    timeZone: zone,
  })
  countCreation(call)
  const summary = (span?.rest ?? rest).replaceAll(/\s+/g, ' ').trim()
  const event = insertEvent(
    { ...call, calendar },
    { summary, start: at(start), end: at(end) },
    call.user.email,
  )
  return eventReply(call, calendar, event)
}

function readDay(text: string, today: number): { day: number; rest: string } {
  const [matched, word = ''] = /\b(?:on\s+)?(today|tomorrow|\d{4}-\d{2}-\d{2})\b/i.exec(text) ?? []
  if (matched === undefined) return { day: today, rest: text }
  const rest = text.replace(matched, ' ')
  if (/^to/i.test(word)) return { day: /^tod/i.test(word) ? today : today + DAY, rest }
  const day = Date.parse(`${word}T00:00:00Z`)
  return Number.isNaN(day) ? { day: today, rest: text } : { day, rest }
}

function readTime(text: string): { start: number; end: number; rest: string } | undefined {
  const [matched, hour, minute, half, toHour, toMinute, toHalf] = TIME.exec(text) ?? []
  if (
    matched === undefined ||
    (half === undefined && minute === undefined && !/at\s/i.test(matched) && !toHour)
  )
    return undefined
  const start = timeOf(hour, minute, half ?? toHalf)
  const end = toHour === undefined ? start + HOUR : timeOf(toHour, toMinute, toHalf ?? half)
  if (start >= DAY || end > DAY) return undefined
  return { start, end: end > start ? end : start + HOUR, rest: text.replace(matched, ' ') }
}

function timeOf(hour = '0', minute = '0', half?: string): number {
  const base = half === undefined ? Number(hour) : (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0)
  return base * HOUR + Number(minute) * 60_000
}
