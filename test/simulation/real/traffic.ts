import type { CalendarRequest } from '../../../src/google/transport.ts'
import { LATE_WRITE_MS } from '../../../src/sync/limits.ts'
import type { FakeGoogleControl } from '../../../src/testing/fake-google/control/control.ts'
import { writeNumberIn } from '../oracles/committed-intents.ts'
import { checkOutbound } from '../oracles/privacy.ts'
import type { Intended } from './journal.ts'
import type { RealWorld } from './world.ts'

type Entry = ReturnType<FakeGoogleControl['requests']>[number]

const UPDATES: ReadonlySet<string> = new Set(['events.patch', 'events.update', 'events.delete'])
const WRITES: ReadonlySet<string> = new Set([...UPDATES, 'events.insert'])
const MARKER = /"gcsm":"([^"]+)"/
/** All runs of all processes may hold a token when it is refused first. */
const MOST_REFUSALS = 16

interface Sent extends Intended {
  readonly at: number
}

/** What went over the wire, by Google's own account of it. */
export class Traffic {
  readonly #world: RealWorld
  readonly #intents = new Map<string, Sent[]>()
  readonly #emails = new Map<string, string>()
  readonly #refused = new Map<string, number>()
  readonly #mailed = new Map<string, number>()
  #seen = 0

  constructor(world: RealWorld) {
    this.#world = world
  }

  /** Requests in all. */
  get requests(): number {
    return this.#seen
  }

  emailOf(accessToken: string): string | undefined {
    return this.#emails.get(accessToken)
  }

  intended(at: number, intent: Intended): void {
    const known = this.#intents.get(intent.eventId) ?? []
    this.#intents.set(intent.eventId, [...known, { ...intent, at }])
  }

  /** All requests so far. */
  read(all: readonly Entry[]): void {
    for (const entry of all.slice(this.#seen)) this.#judge(entry)
    this.#seen = all.length
  }

  /** Write requests that were not late ones of before. */
  writes(): number {
    const { rows } = this.#world.google.control.report()
    return rows
      .filter(({ method, delivery }) => WRITES.has(method) && delivery !== 'late')
      .reduce((sum, { count }) => sum + count, 0)
  }

  #judge(entry: Entry): void {
    const { coverage, oracles } = this.#world
    const token = entry.headers.authorization?.replace(/^Bearer /, '')
    if (token !== undefined && entry.user !== undefined) this.#emails.set(token, entry.user)
    coverage.path(`${entry.method} ${entry.delivery === 'answered' ? entry.status : entry.delivery}`)
    if (entry.status === 401 && token !== undefined) this.#countRefused(token)
    if (!WRITES.has(entry.method)) return
    const request = requestOf(entry, token ?? '')
    const eventId = request.eventId ?? String(request.body?.id)
    this.#world.note(
      `google at ${Math.round(entry.at)}: ${entry.method} ${eventId.slice(0, 6)} ${entry.status} ${entry.delivery}`,
    )
    if (UPDATES.has(entry.method) && request.ifMatch === undefined)
      oracles.fail('S2', `${entry.method} of ${eventId} carries no precondition`)
    const intent = this.#intentOf(eventId, entry)
    checkOutbound(this.#world, request, intent)
    if (intent && entry.at - intent.at > LATE_WRITE_MS) {
      this.#world.beyondBound = true
      this.#world.ledger.sleptOver.add(eventId)
    }
    if (entry.status >= 200 && entry.status < 300) this.#landed(entry, request, eventId, intent)
  }

  #landed({ method, at, user = '' }: Entry, request: CalendarRequest, eventId: string, intent?: Sent): void {
    const { ledger, oracles } = this.#world
    const foreign = ledger.foreign.get(eventId)
    // Judged afterwards: before a person made it their own it was ours.
    if (foreign && at > foreign.at) oracles.fail('S7', `${method} changed an event that is not ours`)
    if (method === 'events.delete') {
      const calendarId = request.calendarId === 'primary' ? user : String(request.calendarId)
      ledger.removals.push({ at, calendarId, eventId })
      ledger.unowned.delete(eventId)
    }
    if (request.query?.sendUpdates !== 'all') return
    const key = `${eventId} ${intent?.appVersion}`
    const before = this.#mailed.get(key)
    const ref = ledger.origins.get(eventId)?.ref ?? ''
    if (before !== undefined && !ledger.takenBackSince(ref, before))
      oracles.fail('S8', `clients were mailed twice for one version of ${eventId}`)
    this.#mailed.set(key, intent?.at ?? at)
  }

  /** By the number in the marker; a delete carries none. */
  #intentOf(eventId: string, { at, body }: Entry): Sent | undefined {
    const known = this.#intents.get(eventId) ?? []
    const number = writeNumberIn(MARKER.exec(body)?.[1])
    if (number === undefined) return known.findLast(intent => intent.at <= at)
    return known.find(intent => intent.number === number)
  }

  /** C1: a token that Google refuses is soon not sent any more. */
  #countRefused(token: string): void {
    const times = (this.#refused.get(token) ?? 0) + 1
    this.#refused.set(token, times)
    if (times > MOST_REFUSALS) this.#world.oracles.fail('C1', `one access token was refused ${times} times`)
  }
}

function requestOf({ method, url, headers, body }: Entry, accessToken: string): CalendarRequest {
  const { pathname, searchParams } = new URL(url)
  const [, calendarId, eventId] =
    /\/calendars\/([^/]+)\/events(?:\/([^/]+))?$/
      .exec(pathname)
      ?.map(part => part && decodeURIComponent(part)) ?? []
  return {
    method: method as CalendarRequest['method'],
    accessToken,
    signal: new AbortController().signal,
    query: Object.fromEntries(searchParams),
    ...(calendarId !== undefined && { calendarId }),
    ...(eventId !== undefined && { eventId }),
    ...(body !== '' && { body: JSON.parse(body) }),
    ...(headers['if-match'] !== undefined && { ifMatch: headers['if-match'] }),
  }
}
