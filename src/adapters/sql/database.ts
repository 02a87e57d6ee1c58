import type { Runtime } from '../../contracts/runtime.ts'
import { CalendarSyncError, StoreError } from '../../errors.ts'
import type { Dialect } from './dialect.ts'
import { storeError, troubleOf } from './driver-errors.ts'
import type { Db, TableNames } from './tables.ts'
import { escapeText, type Text } from './text.ts'

/** How long a locked database is tried. A try may take seconds itself, by the driver's own time limit. */
const MAX_BUSY_MS = 10_000
const MAX_PAUSE_MS = 20

export type SqlRuntime = Pick<Runtime, 'clock' | 'random'>

export interface DatabaseParts {
  readonly db: Db
  readonly dialect: Dialect
  readonly names: TableNames
  readonly runtime: SqlRuntime
  /** How errors call the store. */
  readonly label: string
  /** Throws while the schema is not fit for use; runs before every call until it passed once. */
  readonly prepare: (database: Database) => Promise<void>
}

/** Thrown inside `write` to start the transaction over: the rows it was based on have just been made. */
export class StartOver extends Error {}

/** Thrown inside `write` to roll back: nothing changed, and this is the answer. */
export class Undone extends Error {
  readonly answer: unknown

  constructor(answer: unknown) {
    super()
    this.answer = answer
  }
}

/** What the stores share: one call is one transaction, tried again while the database is locked. */
export class Database {
  readonly names: TableNames
  readonly dialect: Dialect
  readonly runtime: SqlRuntime
  readonly #parts: DatabaseParts
  readonly #running = new Set<Promise<unknown>>()
  #ready: Promise<void> | undefined
  #ended = false

  constructor(parts: DatabaseParts) {
    this.#parts = parts
    this.names = parts.names
    this.dialect = parts.dialect
    this.runtime = parts.runtime
  }

  /** One statement, or reads that need not agree with each other. */
  run<T>(work: (on: Db) => Promise<T>): Promise<T> {
    return this.#call(() => work(this.#parts.db))
  }

  /** One transaction. */
  write<T>(work: (on: Db) => Promise<T>): Promise<T> {
    return this.#call(async () => {
      try {
        return await this.dialect.transact(this.#parts.db, work)
      } catch (error) {
        if (error instanceof Undone) return error.answer as T
        throw error
      }
    })
  }

  /** Takes no more calls, and waits for those under way. */
  async end(): Promise<void> {
    this.#ended = true
    await Promise.allSettled(this.#running)
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    const call = this.ready().then(() => this.patiently(work))
    this.#running.add(call)
    try {
      return await call
    } finally {
      this.#running.delete(call)
    }
  }

  /** Statements in a host's transaction: never repeated, since the host's commit is in doubt after an error. */
  async joined(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      throw storeError(error, this.#parts.label)
    }
  }

  /** Makes sure once that the schema is fit for use; a failure is tried again by the next call. */
  async ready(): Promise<void> {
    if (this.#ended) throw new CalendarSyncError('stopped', `${this.#parts.label} was closed.`)
    this.#ready ??= this.#parts.prepare(this).catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
    await this.#ready
  }

  /** Without `ready`: for the migration itself. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    const { clock, random } = this.runtime
    const startedAt = clock.now()
    // The pauses are counted too: a clock that is set back would make this endless.
    let waited = 0
    for (let tries = 1; ; tries++) {
      try {
        return await work()
      } catch (error) {
        if (CalendarSyncError.is(error)) throw error
        const again = error instanceof StartOver || troubleOf(error) === 'busy'
        if (!again || Math.max(waited, clock.now() - startedAt) >= MAX_BUSY_MS)
          throw storeError(error, this.#parts.label)
        const pause = 1 + random.float() * Math.min(2 ** tries, MAX_PAUSE_MS)
        waited += pause
        await clock.sleep(pause)
      }
    }
  }

  /** Bounded: a pool waits for a server that swallows packets, or for a free connection, for ever by default. */
  async inTime<T>(ms: number, work: () => Promise<T>): Promise<T> {
    const waited = new AbortController()
    const timeUp = this.runtime.clock.sleep(ms, waited.signal).then(() => {
      throw new StoreError(
        `${this.#parts.label} did not answer within ${ms} ms: is it running, are host and port right, and is a connection of the pool free?`,
      )
    })
    timeUp.catch(() => {})
    const answer = work()
    answer.catch(() => {})
    try {
      return await Promise.race([answer, timeUp])
    } finally {
      waited.abort()
    }
  }

  /** The connection outside of any transaction. */
  get bare(): Db {
    return this.#parts.db
  }

  now(on: Db): Promise<number> {
    return this.dialect.readNow(on, this.runtime.clock)
  }

  next(on: Db): Promise<number> {
    return this.dialect.next(on, this.names)
  }

  text(value: string): Text {
    return this.dialect.bind(escapeText(value))
  }
}
