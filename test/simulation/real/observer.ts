import type { Connection } from '../../../src/contracts/connection.ts'
import { accountId, refId } from '../ledger.ts'
import { hearAudit, hearIssue } from '../oracles/heard.ts'
import type { Member as Person } from '../world.ts'
import { type Intended, JournalReader } from './journal.ts'
import { Traffic } from './traffic.ts'
import type { RealWorld } from './world.ts'

/** Brings what the workers wrote down, and what Google was asked, into the ledger. */
export class Observer {
  readonly traffic: Traffic
  readonly #world: RealWorld
  readonly #reader = new JournalReader()
  readonly #calendars = new Map<string, Set<string>>()
  readonly #statuses = new Map<string, string>()
  readonly #settings = new Map<string, string>()

  constructor(world: RealWorld) {
    this.#world = world
    this.traffic = new Traffic(world)
  }

  /** Calendars that the library made for a Google account, also those it has left. */
  calendarsOf(email: string): ReadonlySet<string> {
    return this.#calendars.get(email) ?? new Set()
  }

  emailOf(accessToken: string): string | undefined {
    return this.traffic.emailOf(accessToken)
  }

  readJournals(): void {
    const { crew, setup, books, now } = this.#world
    for (const line of this.#reader.newLines(crew.journals)) {
      if (line.kind === 'intent') this.#intended(line.at, line.intent)
      else if (line.kind === 'connection') this.#connection(line.at, line.connection)
      else if (line.kind === 'issue') hearIssue(this.#world, line.issue, line.at)
      else hearAudit(this.#world, line.entry)
    }
    // A worker may have been killed between its commit and its line.
    for (const { account } of setup.members) {
      const connection = books.connection(account)
      if (connection) this.#connection(now, connection)
    }
  }

  readTraffic(): void {
    // Google's account first: of each request in it the intent is written down by now.
    const requests = this.#world.google.control.requests()
    this.readJournals()
    this.traffic.read(requests)
  }

  #intended(at: number, intent: Intended): void {
    const { origins } = this.#world.ledger
    const { eventId, account, ref } = intent
    if (!origins.has(eventId)) origins.set(eventId, { ref: refId(ref), account: accountId(account) })
    this.traffic.intended(at, intent)
  }

  #connection(at: number, connection: Connection): void {
    const { ledger, setup } = this.#world
    const account = accountId(connection.account)
    const { target, status, settings } = connection
    if (target?.kind === 'dedicated' && target.calendarId !== '') {
      const { email } = setup.members.find(person => accountId(person.account) === account) as Person
      this.#calendars.set(email, (this.#calendars.get(email) ?? new Set()).add(target.calendarId))
    }
    if (this.#statuses.get(account) !== status) {
      this.#statuses.set(account, status)
      this.#world.note(`${account} becomes ${status} ${connection.cause ?? ''}`)
      ledger.ties.push({ at, account, kind: 'trouble' })
    }
    const text = JSON.stringify(settings)
    if (this.#settings.get(account) === text) return
    this.#settings.set(account, text)
    ledger.settings.push({ at, account, settings })
  }
}
