import type { SqliteDatabase, SqliteStatement } from 'kysely'

export type SqliteValue = null | number | bigint | string | Uint8Array

/** What `DatabaseSync` of node:sqlite and `Database` of better-sqlite3 have in common. */
export interface SqliteHandle {
  prepare(sql: string): SqliteHandleStatement
  exec(sql: string): unknown
  close(): void
}

export interface SqliteHandleStatement {
  all(...parameters: SqliteValue[]): unknown[]
  run(...parameters: SqliteValue[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  /** better-sqlite3. */
  readonly reader?: boolean
  /** node:sqlite. */
  columns?(): readonly unknown[]
}

const MAX_STATEMENTS = 200

/** Prepares each SQL text once; the least recently used of many go. */
export function cachedDatabase(handle: SqliteHandle, close: () => void): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close() {
      statements.clear()
      close()
    },
    prepare(sql) {
      const known = statements.get(sql)
      if (known) {
        statements.delete(sql)
        statements.set(sql, known)
        return known
      }
      const statement = statementOf(handle.prepare(sql))
      statements.set(sql, statement)
      if (statements.size > MAX_STATEMENTS) {
        for (const oldest of statements.keys()) {
          statements.delete(oldest)
          break
        }
      }
      return statement
    },
  }
}

const statementOf = (statement: SqliteHandleStatement): SqliteStatement => ({
  reader: statement.reader ?? (statement.columns?.().length ?? 0) > 0,
  all: parameters => statement.all(...bind(parameters)),
  run: parameters => statement.run(...bind(parameters)),
  iterate: parameters => statement.all(...bind(parameters)).values(),
})

// node:sqlite takes an object in the first place for named parameters and shifts the rest without a word.
function bind(parameters: readonly unknown[]): SqliteValue[] {
  for (const value of parameters) {
    const fits =
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'bigint' ||
      value instanceof Uint8Array
    if (!fits) throw new TypeError(`A SQL parameter is of type ${typeof value}.`)
  }
  return parameters as SqliteValue[]
}
