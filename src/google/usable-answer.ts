import { z } from 'zod'
import type { GoogleEvent, GoogleEventPage } from '../contracts/google-event.ts'

const text = z.string().optional()
const time = z.looseObject({
  date: z.string().nullish(),
  dateTime: z.string().nullish(),
  timeZone: z.string().nullish(),
})
const properties = z.record(z.string(), z.string()).optional()

const event = z.looseObject({
  id: z.string().min(1),
  etag: text,
  status: text,
  eventType: text,
  created: text,
  updated: text,
  summary: text,
  description: text,
  location: text,
  colorId: text,
  start: time.optional(),
  end: time.optional(),
  recurrence: z.array(z.string()).optional(),
  recurringEventId: text,
  transparency: text,
  visibility: text,
  attendees: z.array(z.looseObject({ email: z.string() })).optional(),
  reminders: z
    .looseObject({
      useDefault: z.boolean().optional(),
      overrides: z.array(z.looseObject({ method: z.string(), minutes: z.number() })).optional(),
    })
    .optional(),
  extendedProperties: z.looseObject({ private: properties, shared: properties }).optional(),
})

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
  const result = event.safeParse(body)
  if (result.success) return body as GoogleEvent
  const wrong = new Set(result.error.issues.map(issue => issue.path[0]))
  if (wrong.has('id') || wrong.has(undefined)) return undefined
  const kept = Object.entries(body as object).filter(([key]) => !wrong.has(key))
  return Object.fromEntries(kept) as GoogleEvent
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
