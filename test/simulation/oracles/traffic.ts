import type { CalendarRequest, GoogleAnswer } from '../../../src/google/transport.ts'
import type { SimProcess } from '../process.ts'
import type { World } from '../world.ts'

/** What went over the wire: duplicates, foreign events, mails. */
export class Traffic {
  readonly #world: World
  readonly #byOrigin = new Map<string, Set<string>>()
  readonly #mailed = new Set<string>()
  /** Write requests since the start; S6 compares it before and after a repair with nothing to do. */
  writes = 0

  constructor(world: World) {
    this.#world = world
  }

  sent(process: SimProcess, request: CalendarRequest): void {
    if (request.method === 'events.get' || request.method === 'events.list') return
    this.writes++
    const eventId = request.eventId ?? String(request.body?.id)
    const update = request.method === 'events.patch' || request.method === 'events.update' || request.method === 'events.delete'
    if (update && request.ifMatch === undefined)
      this.#world.oracles.fail('S2', `${request.method} of ${eventId} carries no precondition`)
    if (request.query?.sendUpdates !== 'all') return
    const key = `${eventId} ${process.intentAt.get(eventId)?.appVersion}`
    if (this.#mailed.has(key)) this.#world.oracles.fail('S8', `clients were mailed twice for one version of ${eventId}`)
    this.#mailed.add(key)
  }

  landed(_process: SimProcess, request: CalendarRequest, answer: GoogleAnswer): void {
    const { coverage, ledger, oracles } = this.#world
    const { method } = request
    if (answer.status >= 300) coverage.path(`${method} ${answer.status}`)
    else coverage.path(`${method} ok`)
    if (method === 'events.get' || method === 'events.list' || answer.status >= 300) return
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
    if (origin) this.#count(calendarId, `${calendarId} ${origin.account} ${origin.ref}`, eventId)
  }

  /** S1, judged when an event of ours appears. */
  #count(calendarId: string, key: string, eventId: string): void {
    const events = this.#byOrigin.get(key) ?? new Set<string>()
    this.#byOrigin.set(key, events.add(eventId))
    if (events.size < 2 || this.#world.beyondBound) return
    const live = this.#world.liveEvents(calendarId).filter(event => events.has(String(event.id)))
    if (live.length > 1) this.#world.oracles.fail('S1', `${live.length} live events for ${key}`)
  }
}
