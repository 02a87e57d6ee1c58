import { expect } from 'vitest'
import type { Answer, Session } from './session.ts'

export interface ConformanceCase {
  /** Of the sheet of facts about Google that the fake is built by. */
  readonly section: string
  /** Of the fake's requirements (§17 of the sheet), those that this case shows: see points.ts. */
  readonly points?: readonly string[]
  readonly says: string
  /** What the run must have been given besides a token. */
  readonly needs?: 'narrowAccessToken'
  run(session: Session): Promise<void>
}

export const ZONE = 'Europe/Berlin'

export const at = (day: number, hour: number) => ({
  dateTime: `2031-05-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00`,
  timeZone: ZONE,
})

export const event = (id?: string, day = 5) => ({
  ...(id && { id }),
  summary: 'One',
  start: at(day, 10),
  end: at(day, 11),
})

export const DAILY = { recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] }

export async function made(
  session: Session,
  more: object = {},
  query = '',
): Promise<{ id: string; etag: string }> {
  const id = session.newId()
  const { status, json, text } = await session.events('POST', query, { body: { ...event(id), ...more } })
  expect(status, text).toBe(200)
  return { id, etag: json.etag }
}

/** Pages to the end. */
export async function listed(session: Session, query: string) {
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted on, field by field
  const items: any[] = []
  for (let page = ''; ; ) {
    const { json } = await session.events(
      'GET',
      `?${query}${page && `&pageToken=${encodeURIComponent(page)}`}`,
    )
    items.push(...json.items)
    if (!json.nextPageToken) return { items, syncToken: json.nextSyncToken as string | undefined }
    page = json.nextPageToken
  }
}

export async function syncToken(session: Session, query: string): Promise<string> {
  return encodeURIComponent((await listed(session, query)).syncToken ?? '')
}

export function refused({ status, reason }: Answer) {
  return [status, reason]
}

export const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)
