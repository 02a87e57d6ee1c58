import { z } from 'zod'
import type { GoogleEvent, GoogleEventPage } from '../contracts/google-event.ts'

type Check = (value: unknown) => boolean
type Shape = Readonly<Record<string, Check>>

// By hand: lists bring events by the thousand, and a schema makes a copy of each that it looks at.
const isText: Check = value => value === undefined || typeof value === 'string'
const isTextOrNull: Check = value => value === null || isText(value)
const isFlag: Check = value => value === undefined || typeof value === 'boolean'
const isString: Check = value => typeof value === 'string'
const isNumber: Check = value => typeof value === 'number'
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isOf = (shape: Shape): Check => {
  const checks = Object.entries(shape)
  return value => isObject(value) && checks.every(([key, check]) => check(value[key]))
}
const isListOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check)
const isOptional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value)

const isTime = isOptional(isOf({ date: isTextOrNull, dateTime: isTextOrNull, timeZone: isTextOrNull }))
const isProperties = isOptional(value => isObject(value) && Object.values(value).every(isString))

const FIELDS: readonly (readonly [string, Check])[] = Object.entries({
  etag: isText,
  status: isText,
  eventType: isText,
  created: isText,
  updated: isText,
  summary: isText,
  description: isText,
  location: isText,
  colorId: isText,
  start: isTime,
  end: isTime,
  recurrence: isOptional(isListOf(isString)),
  recurringEventId: isText,
  transparency: isText,
  visibility: isText,
  attendees: isOptional(isListOf(isOf({ email: isString }))),
  reminders: isOptional(
    isOf({
      useDefault: isFlag,
      overrides: isOptional(isListOf(isOf({ method: isString, minutes: isNumber }))),
    }),
  ),
  extendedProperties: isOptional(isOf({ private: isProperties, shared: isProperties })),
})

const text = z.string().optional()

const page = z.looseObject({
  items: z.array(z.unknown()),
  nextPageToken: text,
  nextSyncToken: text,
  timeZone: text,
})

/**
 * An event as it came, with each known field of a wrong type left out, so that a number is never read as a date.
 * `undefined` when it has no id, which makes it nothing.
 */
export function readEvent(body: unknown): GoogleEvent | undefined {
  if (!isObject(body) || typeof body.id !== 'string' || body.id === '') return undefined
  const wrong = FIELDS.filter(([name, check]) => !check(body[name]))
  if (wrong.length === 0) return body as unknown as GoogleEvent
  const names = new Set(wrong.map(([name]) => name))
  return Object.fromEntries(Object.entries(body).filter(([key]) => !names.has(key))) as unknown as GoogleEvent
}

/** The event that was written or asked for. Without its id and etag the answer tells nothing. */
export function readOneEvent(body: unknown, id: unknown): GoogleEvent | undefined {
  const read = readEvent(body)
  const other = typeof id === 'string' && read?.id !== id
  return read?.etag === undefined || other ? undefined : read
}

/**
 * A page of a list, all of it or nothing: a page that lost an item would let a full read take a living event for a
 * deleted one.
 */
export function readPage(body: unknown): GoogleEventPage | undefined {
  const result = page.safeParse(body)
  if (!result.success) return undefined
  const { items, nextPageToken, nextSyncToken, timeZone } = result.data
  const events: GoogleEvent[] = []
  for (const item of items) {
    const read = readEvent(item)
    if (read === undefined) return undefined
    events.push(read)
  }
  return { items: events, nextPageToken, nextSyncToken, timeZone }
}

const calendar = z.looseObject({ id: z.string().min(1) })

export function readCalendar(body: unknown): { id: string } | undefined {
  const result = calendar.safeParse(body)
  return result.success ? { id: result.data.id } : undefined
}

/** A delete answers 204, or at most an empty object. A page of some proxy is not an answer. */
export function isEmpty(body: unknown): boolean {
  return body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)
}
