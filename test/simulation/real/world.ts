import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AccountRef } from '../../../src/contracts/identity.ts'
import { Coverage } from '../coverage.ts'
import { CLIENT, REDIRECT_URI } from '../environment.ts'
import { Ledger } from '../ledger.ts'
import type { Violation } from '../oracles/oracles.ts'
import { checkLeak } from '../oracles/privacy.ts'
import type { Stage } from '../stage.ts'
import type { Tape } from '../tape.ts'
import type { JsonObject } from '../testing.ts'
import type { Setup } from '../workloads.ts'
import { START } from '../world.ts'
import { Books } from './books.ts'
import { Crew, type Pool } from './crew.ts'
import type { GoogleProcess } from './google-process.ts'
import { RealHost } from './host.ts'
import { HttpControl } from './http-control.ts'
import type { Place } from './messages.ts'
import { Observer } from './observer.ts'
import { Pace } from './pace.ts'
import { SharedTime } from './shared-time.ts'
import { Trouble } from './trouble.ts'
import type { WaitingPost } from './waiting-post.ts'

/** What a lane keeps from history to history. */
export interface Lane {
  readonly pool: Pool
  readonly google: GoogleProcess
  readonly post: WaitingPost
  /** For the files of one history at a time. */
  readonly folder: string
}

export interface HistoryTapes {
  readonly acts: Tape
  readonly faults: Tape
}

interface Parts {
  readonly time: SharedTime
  readonly timeFile: string
  readonly setup: Setup
  readonly tapes: HistoryTapes
  readonly url: string
  readonly control: HttpControl
}

/** Everything of one history with real things: files, sockets, processes. */
export class RealWorld implements Stage {
  readonly setup: Setup
  readonly acts: Tape
  readonly faults: Tape
  readonly ledger = new Ledger()
  readonly coverage = new Coverage()
  readonly violations: Violation[] = []
  readonly script: string[] = []
  readonly google: { readonly control: HttpControl }
  readonly crew: Crew
  readonly pace: Pace
  readonly host: RealHost
  readonly books: Books
  readonly trouble: Trouble
  readonly observer: Observer
  beyondBound = false
  /** What people asked for and was not answered yet. */
  readonly pending = new Set<Promise<unknown>>()
  readonly #folder: string
  readonly #time: SharedTime

  static async open(lane: Lane, setup: Setup, seed: number, tapes: HistoryTapes): Promise<RealWorld> {
    const { google, post, folder } = lane
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const timeFile = join(folder, 'time')
    const time = SharedTime.create(timeFile, START)
    const url = await google.open({
      timeFile,
      seed,
      quota: { perUser: setup.userUnits ?? 600, perProject: 10_000 },
      switches: { ...setup.switches, lostAnswerAfterMs: tapes.faults.pick([50, 50, 'never'] as const) },
    })
    const control = new HttpControl(post, url)
    return new RealWorld(lane, { time, timeFile, setup, tapes, url, control })
  }

  private constructor({ pool, google, folder }: Lane, parts: Parts) {
    const { time, timeFile, setup, tapes, url, control } = parts
    this.setup = setup
    this.acts = tapes.acts
    this.faults = tapes.faults
    this.#folder = folder
    this.#time = time
    this.google = { control }
    const syncFile = join(folder, 'sync.db')
    const hostFile = join(folder, 'host.db')
    const placeFor = (journal: number): Place => ({
      ...{ timeFile, syncFile, hostFile, journal: join(folder, `journal-${journal}`) },
      workers: setup.processes,
      google: { ...CLIENT, redirectUri: REDIRECT_URI, endpoints: endpointsOf(url) },
    })
    this.crew = new Crew(pool, placeFor)
    this.host = new RealHost(this, hostFile)
    this.books = new Books(syncFile)
    this.trouble = new Trouble(this)
    this.observer = new Observer(this)
    this.pace = new Pace({
      time,
      google,
      crew: this.crew,
      nextDue: () => this.books.nextDue(),
      onWork: () => this.trouble.atWork(),
      isOver: () => this.violations.length > 0,
    })
  }

  get now(): number {
    return this.#time.now
  }

  readonly oracles: Stage['oracles'] = {
    books: { calendarsOf: email => this.observer.calendarsOf(email) },
    fail: (code, message) => {
      this.violations.push({ code, message, at: this.now })
      this.note(`VIOLATION ${code}: ${message}`)
    },
    heard: (sink, text) => checkLeak(this, sink, text),
  }

  readonly database: Stage['database'] = {
    connections: {
      get: (account: AccountRef) => {
        const connection = this.books.connection(account)
        return connection && { connection }
      },
    },
  }

  note(line: string): void {
    this.script.push(`${String(Math.round(this.now - START)).padStart(9)} ${line}`)
  }

  liveEvents(calendarId: string): JsonObject[] {
    return this.google.control.readCalendar(calendarId).events.filter(event => event.status !== 'cancelled')
  }

  emailOf(accessToken: string): string | undefined {
    return this.observer.emailOf(accessToken)
  }

  /** Somebody waits for it, while time passes. */
  follow(work: Promise<unknown>): void {
    const followed = work.catch(() => {}).finally(() => this.pending.delete(followed))
    this.pending.add(followed)
  }

  /** The library's files, byte by byte. */
  files(): string {
    return readdirSync(this.#folder)
      .filter(name => name.startsWith('sync.db'))
      .map(name => readFileSync(join(this.#folder, name), 'latin1'))
      .join('')
  }

  async close(): Promise<void> {
    await this.pace.until(this.trouble.calm())
    const late = await this.pace.until(this.crew.leave())
    if (late > 0 && this.violations.length === 0)
      this.oracles.fail('L2', `${late} processes did not end in order`)
    this.host.close()
    this.books.close()
    this.#time.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function endpointsOf(url: string) {
  return {
    authorization: `${url}/o/oauth2/v2/auth`,
    token: `${url}/token`,
    revoke: `${url}/revoke`,
    keys: `${url}/oauth2/v3/certs`,
    calendarRoot: `${url}/`,
  }
}
