import type { CalendarRequest, GoogleAnswer } from '../../../src/google/transport.ts'
import type { SimProcess } from '../process.ts'
import type { World } from '../world.ts'
import type { CommittedIntent } from './committed-intents.ts'

/** All runs of all processes may hold it when it is refused first. */
const MOST_REFUSALS = 16

/** What went over the wire: duplicates, foreign events, mails. */
export class Traffic {
  readonly #world: World
  readonly #byOrigin = new Map<string, Set<string>>()
  readonly #refused = new Map<string, number>()
  /** When the mail of each version of each event was sent. */
  readonly #mailed = new Map<string, number>()
  readonly #intents = new WeakMap<CalendarRequest, CommittedIntent>()
  readonly #sentAt = new WeakMap<CalendarRequest, number>()
  /** Since when the engine has been at removing an event: what it had read of the app when it decided so. */
  readonly #removing = new Map<string, number>()
  /** Write requests since the start; S6 compares it before and after a repair with nothing to do. */
  writes = 0

  constructor(world: World) {
    this.#world = world
  }

  sent(process: SimProcess, request: CalendarRequest): void {
    if (request.method === 'events.get' || request.method === 'events.list') return
    this.writes++
    this.#sentAt.set(request, this.#world.now)
    const eventId = request.eventId ?? String(request.body?.id)
    const intent = process.intents.of(request)
    if (intent) this.#intents.set(request, intent)
    if (request.method !== 'events.delete') this.#removing.delete(eventId)
    else if (!this.#removing.has(eventId)) this.#removing.set(eventId, intent?.truthAt ?? this.#world.now)
    const { query, ifMatch, body } = request
    const said = [request.method, eventId.slice(0, 6), ifMatch, query?.sendUpdates, body?.summary ?? '']
    this.#world.note(`process ${process.id} sends ${said.join(' ')}`)
    const update =
      request.method === 'events.patch' ||
      request.method === 'events.update' ||
      request.method === 'events.delete'
    if (update && request.ifMatch === undefined)
      this.#world.oracles.fail('S2', `${request.method} of ${eventId} carries no precondition`)
  }

  landed(request: CalendarRequest, answer: GoogleAnswer): void {
    const { coverage, ledger, oracles } = this.#world
    const { method } = request
    if (answer.status >= 300) coverage.path(`${method} ${answer.status}`)
    else coverage.path(`${method} ok`)
    const what = [method, (request.eventId ?? String(request.body?.id ?? '')).slice(0, 6), answer.status]
    this.#world.note(`google: ${what.join(' ')}`)
    if (answer.status === 401) this.#countRefused(request.accessToken)
    this.#noteAgreement(request, answer)
    if (method === 'events.get' || method === 'events.list' || answer.status >= 300) return
    this.#countMail(request)
    const email = this.#world.emailOf(request.accessToken) ?? ''
    const eventId = request.eventId ?? String(request.body?.id)
    if (ledger.foreign.has(eventId)) oracles.fail('S7', `${method} changed an event that is not ours`)
    const calendarId = request.calendarId === 'primary' ? email : String(request.calendarId)
    if (method === 'events.delete') {
      ledger.removals.push({ at: this.#world.now, calendarId, eventId })
      ledger.unowned.delete(eventId)
      return
    }
    const origin = ledger.origins.get(eventId)
    const sentAt = this.#sentAt.get(request) ?? 0
    if (
      origin &&
      method === 'events.insert' &&
      ledger.purges.some(purge => purge.calendarId === calendarId && purge.at > sentAt)
    )
      ledger.letIn.add(eventId)
    if (origin) this.#count(calendarId, `${calendarId} ${origin.account} ${origin.ref}`, eventId)
  }

  /** What the process had committed for the request. */
  intentOf(request: CalendarRequest): CommittedIntent | undefined {
    return this.#intents.get(request)
  }

  #noteAgreement({ method, eventId = '' }: CalendarRequest, { status, body }: GoogleAnswer): void {
    const from = this.#removing.get(eventId)
    if (from === undefined || (method !== 'events.delete' && method !== 'events.get')) return
    const isTombstone =
      method === 'events.get' && (body as { status?: unknown } | undefined)?.status === 'cancelled'
    const isGone = status === 404 || status === 410 || isTombstone
    if (isGone) this.#world.ledger.agreed.push({ from, until: this.#world.now, eventId })
    if (isGone || (method === 'events.delete' && status < 300)) this.#removing.delete(eventId)
  }

  /** C1: a token that Google refuses is soon not sent any more. */
  #countRefused(token: string): void {
    const times = (this.#refused.get(token) ?? 0) + 1
    this.#refused.set(token, times)
    if (times > MOST_REFUSALS) this.#world.oracles.fail('C1', `one access token was refused ${times} times`)
  }

  /** S8: one write of each version tells the clients. */
  #countMail(request: CalendarRequest): void {
    if (request.query?.sendUpdates !== 'all') return
    const { ledger, oracles, coverage, now } = this.#world
    const id = request.eventId ?? String(request.body?.id)
    const key = `${id} ${this.#intents.get(request)?.appVersion}`
    const before = this.#mailed.get(key)
    // A change that the app takes back is told like any other.
    if (before !== undefined && !ledger.takenBackSince(ledger.origins.get(id)?.ref ?? '', before))
      oracles.fail('S8', `clients were mailed twice for one version of ${id}`)
    this.#mailed.set(key, this.#sentAt.get(request) ?? now)
    coverage.path('clients mailed')
  }

  /** S1, judged when an event of ours appears. */
  #count(calendarId: string, key: string, eventId: string): void {
    const events = this.#byOrigin.get(key) ?? new Set<string>()
    this.#byOrigin.set(key, events.add(eventId))
    if (events.size < 2 || this.#world.beyondBound) return
    // What a person took out of the bin is there by their hand, until a repair.
    const restored = this.#world.ledger.hands
      .filter(({ kind }) => kind === 'restore')
      .map(hand => hand.eventId)
    const live = this.#world
      .liveEvents(calendarId)
      .filter(({ id }) => events.has(String(id)) && !restored.includes(String(id)))
      .filter(({ id }) => !this.#world.ledger.foreign.has(String(id)))
      // Nor do we know what was let in after the bin was emptied (docs/spec.md B8, known gaps).
      .filter(({ id }) => !this.#world.ledger.letIn.has(String(id)))
    if (live.length > 1) this.#world.oracles.fail('S1', `${live.length} live events for ${key}`)
  }
}
