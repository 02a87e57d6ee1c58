import type { SelectQueryBuilder } from 'kysely'
import { CompiledQuery, type InsertQueryBuilder, type InsertResult, type RawBuilder, sql } from 'kysely'
import type { Clock } from '../../contracts/runtime.ts'
import { StoreError } from '../../errors.ts'
import type { Db, TableNames, Tables } from './tables.ts'
import { type Int, readInt, type Text } from './text.ts'

export type DialectName = 'sqlite' | 'postgres' | 'mysql'

type FindingColumn = keyof Tables['findings']
type Insert<T extends keyof Tables> = InsertQueryBuilder<Tables, T, InsertResult>

/** Everything in which the databases differ, but for their error codes. `mysql` is MariaDB too. */
export interface Dialect {
  readonly name: DialectName
  /** Exact (binary) keys, words of ours, long text, 64-bit integer, a row id that is never used twice. */
  readonly types: Readonly<Record<'key' | 'word' | 'text' | 'int' | 'id', string>>
  /** Ends a `create table`. */
  readonly tableEnd: string
  /** What `next` counts with. */
  readonly createCounter: (counter: string) => readonly string[]
  /** How a string travels as a parameter. */
  bind(value: string): Text
  /** The store's clock inside a statement plus a delay, epoch ms. */
  at(clock: Clock, delayMs: number): RawBuilder<number>
  readNow(on: Db, clock: Clock): Promise<number>
  /** Locks the rows of a read that a write of the same transaction depends on. */
  locked<DB, TB extends keyof DB, Row>(
    query: SelectQueryBuilder<DB, TB, Row>,
  ): SelectQueryBuilder<DB, TB, Row>
  /** Turns an insert into one that does nothing, and counts 0, when the key exists. */
  ifAbsent<T extends keyof Tables>(query: Insert<T>): Insert<T>
  /** Turns an insert into one that sets these columns of the row when the key exists. */
  orUpdate(
    query: Insert<'findings'>,
    key: readonly FindingColumn[],
    set: readonly FindingColumn[],
  ): Insert<'findings'>
  /** For databases where one statement can count, look at the clock and answer both: fewer round trips. */
  readonly inline?: {
    readonly next: (names: TableNames) => RawBuilder<number>
    readonly now: RawBuilder<number>
  }
  /** A number above every number this ever gave to a transaction that committed. */
  next(on: Db, names: TableNames): Promise<number>
  transact<T>(db: Db, work: (on: Db) => Promise<T>): Promise<T>
  /** Runs `work` while no other process does; all or nothing where the database can. */
  alone(db: Db, lock: string, work: (on: Db) => Promise<void>): Promise<void>
}

const BEGIN = CompiledQuery.raw('begin immediate')
const COMMIT = CompiledQuery.raw('commit')
const ROLLBACK = CompiledQuery.raw('rollback')

// Not Kysely's own transaction: a plain BEGIN fails half way (SQLITE_BUSY_SNAPSHOT) when another process writes.
const immediate = <T>(db: Db, work: (on: Db) => Promise<T>): Promise<T> =>
  db.connection().execute(async on => {
    await on.executeQuery(BEGIN)
    try {
      const result = await work(on)
      await on.executeQuery(COMMIT)
      return result
    } catch (error) {
      // SQLite may have rolled back by itself; the first error is the one that tells.
      await on.executeQuery(ROLLBACK).catch(() => undefined)
      throw error
    }
  })

const readCommitted = <T>(db: Db, work: (on: Db) => Promise<T>): Promise<T> =>
  db.transaction().setIsolationLevel('read committed').execute(work)

const onConflict: Dialect['orUpdate'] = (query, key, set) =>
  query.onConflict(conflict =>
    conflict
      .columns([...key])
      .doUpdateSet(Object.fromEntries(set.map(column => [column, sql.ref(`excluded.${column}`)]))),
  )

const clockOf = async (on: Db, now: RawBuilder<number>): Promise<number> => {
  const { rows } = await sql<{ now: Int }>`select ${now} as now`.execute(on)
  return readInt(rows[0]?.now ?? 0)
}

const sqlite: Dialect = {
  name: 'sqlite',
  types: {
    key: 'text',
    word: 'text',
    text: 'text',
    int: 'integer',
    id: 'integer primary key autoincrement',
  },
  tableEnd: 'strict',
  createCounter: counter => [
    `create table if not exists ${counter} (id integer primary key, value integer not null) strict`,
    `insert into ${counter} (id, value) values (1, 0)`,
  ],
  bind: value => value,
  at: (clock, delayMs) => sql<number>`${Math.floor(clock.now()) + delayMs}`,
  readNow: async (_, clock) => Math.floor(clock.now()),
  locked: query => query,
  ifAbsent: query => query.onConflict(conflict => conflict.doNothing()),
  orUpdate: onConflict,
  async next(on, names) {
    const increment = on.updateTable(names.counter).set({ value: sql<number>`value + 1` })
    return readInt((await increment.returning('value').executeTakeFirstOrThrow()).value)
  },
  transact: immediate,
  alone: (db, _, work) => immediate(db, work),
}

// Not now(): that is the start of the transaction, and a host's may be long. Not clock_timestamp(): the rows of one
// insert would differ.
const postgresNow = sql<number>`floor(extract(epoch from statement_timestamp()) * 1000)::bigint`

const nextval = (names: TableNames) => sql<number>`nextval(${names.counter})`

const postgres: Dialect = {
  name: 'postgres',
  types: {
    key: 'text collate "C"',
    word: 'text',
    text: 'text',
    int: 'bigint',
    id: 'bigint generated always as identity primary key',
  },
  tableEnd: '',
  createCounter: counter => [`create sequence if not exists ${counter}`],
  bind: value => value,
  at: (_, delayMs) => sql<number>`${postgresNow} + ${delayMs}`,
  readNow: on => clockOf(on, postgresNow),
  locked: query => query.forUpdate(),
  ifAbsent: query => query.onConflict(conflict => conflict.doNothing()),
  orUpdate: onConflict,
  inline: { next: nextval, now: postgresNow },
  async next(on, names) {
    const { rows } = await sql<{ value: Int }>`select ${nextval(names)} as value`.execute(on)
    return readInt(rows[0]?.value ?? 0)
  },
  transact: readCommitted,
  alone: (db, lock, work) =>
    readCommitted(db, async on => {
      await sql`select pg_advisory_xact_lock(hashtext(${lock}))`.execute(on)
      await work(on)
    }),
}

// utc_timestamp: unix_timestamp() of a local time is ambiguous for an hour each autumn.
const mysqlNow = sql<number>`(timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000)`

const mysql: Dialect = {
  name: 'mysql',
  types: {
    // Bytes: 255 characters of UTF-8 at most, and four of them still fit an index of 3,072 bytes.
    key: 'varbinary(765)',
    word: 'varchar(32) character set ascii collate ascii_bin',
    text: 'longblob',
    int: 'bigint',
    id: 'bigint auto_increment primary key',
  },
  tableEnd: 'engine=innodb',
  createCounter: counter => [
    `create table if not exists ${counter} (id bigint auto_increment primary key, value bigint not null) engine=innodb`,
  ],
  bind: value => Buffer.from(value, 'utf8'),
  at: (_, delayMs) => sql<number>`${mysqlNow} + ${delayMs}`,
  readNow: on => clockOf(on, mysqlNow),
  locked: query => query.forUpdate(),
  ifAbsent: query => query.ignore(),
  orUpdate: (query, _, set) =>
    query.onDuplicateKeyUpdate(
      Object.fromEntries(set.map(column => [column, sql`values(${sql.ref(column)})`])),
    ),
  // An auto-increment outlives rollback and restart and locks nothing; the row itself is not wanted.
  async next(on, names) {
    const { insertId } = await on.insertInto(names.counter).values({ value: 0 }).executeTakeFirstOrThrow()
    const id = Number(insertId)
    await on.deleteFrom(names.counter).where('id', '=', id).execute()
    return id
  },
  transact: readCommitted,
  alone: (db, lock, work) =>
    db.connection().execute(async on => {
      const { rows } = await sql<{ got: Int | null }>`select get_lock(${lock}, 60) as got`.execute(on)
      if (Number(rows[0]?.got ?? 0) !== 1) {
        throw new StoreError(
          'Another process has been migrating for over a minute: try again when it is done.',
        )
      }
      try {
        await work(on)
      } finally {
        await sql`select release_lock(${lock})`.execute(on)
      }
    }),
}

export const dialects: Readonly<Record<DialectName, Dialect>> = { sqlite, postgres, mysql }
