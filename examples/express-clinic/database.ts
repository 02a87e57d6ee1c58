import { DatabaseSync } from 'node:sqlite'

const SCHEMA = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  create table if not exists appointments (
    id integer primary key autoincrement,
    workspace_id text not null,
    user_id text not null,
    also_user_id text,
    starts text not null,
    ends text,
    minutes integer,
    time_zone text not null,
    all_day integer not null,
    status text not null,
    title text,
    location text,
    notes text,
    client_name text,
    client_email text,
    invites_client integer not null,
    recurrence text,
    ends_at integer,
    uid text,
    line integer,
    revision integer not null default 1,
    updated_at integer not null,
    refused text
  ) strict;
  create index if not exists by_change on appointments (workspace_id, updated_at, id);
  create index if not exists by_end on appointments (workspace_id, ends_at, id);
  create index if not exists by_uid on appointments (uid) where uid is not null;`

/** The clinic's own database. The library keeps its tables elsewhere. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec(SCHEMA)
  return database
}

export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('begin')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    database.exec('rollback')
    throw error
  }
}
