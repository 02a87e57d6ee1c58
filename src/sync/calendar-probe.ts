import type { Clock } from '../contracts/runtime.ts'
import type { CalendarApi, GoogleFailure } from '../google/api.ts'
import { CALENDAR_PROBE_CACHE_MS } from './limits.ts'

const MAX_REMEMBERED = 10_000

/** A primary calendar cannot go: a 404 of one is Google's word for a grant that does not reach it (ENGINE D3, D4). */
export function canBeGone({ calendarId }: { readonly calendarId: string }): boolean {
  return calendarId !== 'primary'
}

/**
 * Tells a lost calendar from a lost event (ENGINE B10). `events.list` and not `calendars.get`, which does not
 * accept the event scopes: https://developers.google.com/workspace/calendar/api/auth
 */
export class CalendarProbe {
  readonly #clock: Clock
  readonly #there = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async probe(
    api: CalendarApi,
    target: { key: string; calendarId: string },
  ): Promise<'there' | GoogleFailure> {
    const seenAt = this.#there.get(target.key)
    if (seenAt !== undefined && this.#clock.now() - seenAt < CALENDAR_PROBE_CACHE_MS) return 'there'
    const result = await api.listEvents(target.calendarId, { maxResults: 1 })
    this.#there.delete(target.key)
    if (!result.ok) return result.failure
    if (this.#there.size >= MAX_REMEMBERED) this.#there.clear()
    this.#there.set(target.key, this.#clock.now())
    return 'there'
  }
}
