import type { Connection } from '../../../src/contracts/connection.ts'
import type { Link } from '../../../src/contracts/link.ts'
import type { AuditEntry, SyncIssue } from '../../../src/contracts/reports.ts'
import type { CalendarRequest, GoogleAnswer } from '../../../src/google/transport.ts'
import type { SimProcess } from '../process.ts'
import type { World } from '../world.ts'
import { Books } from './books.ts'
import { checkBudget } from './budget.ts'
import { hearAudit, hearIssue } from './heard.ts'
import { checkLeak, checkOutbound } from './privacy.ts'
import { Traffic } from './traffic.ts'

export interface Violation {
  /** The invariant's number in docs/spec.md. */
  readonly code: string
  readonly message: string
  readonly at: number
}

const WATCHED: ReadonlySet<string> = new Set([
  'links.write-known',
  'links.write-intent-insert',
  'links.write-intent-update',
  'links.write-intent-revive',
  'links.write-intent-delete',
  'links.remove',
  'links.rewrite',
  'connections.update',
  'connections.create',
  'tokens.put',
  'claims.claim',
  'claims.finish',
  'marks.insert',
  'queue.enqueue',
])

/** G21, and not the engine's own figure: a request lands within five minutes of its intent, or never. */
const LATEST_MS = 300_000

/** All that watches a history. It sees ports and people, never the inside of the engine. */
export class Oracles {
  readonly violations: Violation[] = []
  readonly books: Books
  readonly traffic: Traffic
  readonly #world: World

  constructor(world: World) {
    this.#world = world
    this.books = new Books(world)
    this.traffic = new Traffic(world)
  }

  fail(code: string, message: string): void {
    this.violations.push({ code, message, at: this.#world.now })
    this.#world.note(`VIOLATION ${code}: ${message}`)
  }

  watches(site: string): boolean {
    return WATCHED.has(site)
  }

  /** A call of a store took effect. */
  stored(process: SimProcess, site: string, args: readonly unknown[], result: unknown): void {
    if (site.startsWith('links.'))
      this.books.link(process, site, args, result as { ok: boolean; link?: Link })
    else if (site.startsWith('connections.')) this.books.connection(result as Connection | null)
    else if (site.startsWith('claims.')) this.books.claim(site, args, result)
    else if (site === 'tokens.put') this.books.token(args, result)
    else this.heard(site, JSON.stringify(args[0] ?? null))
  }

  /** A request leaves a process. */
  sent(process: SimProcess, request: CalendarRequest): void {
    checkOutbound(this.#world, request, process.intents.of(request))
    checkBudget(this.#world, process, request)
    this.traffic.sent(process, request)
  }

  /** A request has reached Google, and this is what Google made of it. */
  landed(request: CalendarRequest, answer: GoogleAnswer): void {
    const intent = this.traffic.intentOf(request)
    const writes = request.method !== 'events.get' && request.method !== 'events.list'
    if (writes && intent && this.#world.now - intent.at > LATEST_MS) {
      this.#world.beyondBound = true
      this.#world.ledger.sleptOver.add(request.eventId ?? String(request.body?.id))
    }
    this.traffic.landed(request, answer)
  }

  /** Something is said where no client's data and no secret may be. */
  heard(sink: string, text: string): void {
    checkLeak(this.#world, sink, text)
  }

  refreshStarts(process: SimProcess, refreshToken: string): () => void {
    const running = (process.refreshing.get(refreshToken) ?? 0) + 1
    process.refreshing.set(refreshToken, running)
    if (running > 1) this.fail('S11', `process ${process.id} refreshes one token twice at once`)
    return () => process.refreshing.set(refreshToken, (process.refreshing.get(refreshToken) ?? 1) - 1)
  }

  readonly issue = (issue: SyncIssue): void => hearIssue(this.#world, issue, this.#world.now)

  readonly audited = (entry: AuditEntry): void => hearAudit(this.#world, entry)

  startFailed(error: unknown): void {
    const code = (error as { code?: string }).code
    if (code !== 'store-failed') this.fail('start', `a process did not start: ${String(error)}`)
  }
}
