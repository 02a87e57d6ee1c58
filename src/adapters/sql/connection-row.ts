import type { Selectable } from 'kysely'
import type { Connection } from '../../contracts/connection.ts'
import type { ConnectionFields } from '../../contracts/connection-store.ts'
import type { AccountRef } from '../../contracts/identity.ts'
import type { Database } from './database.ts'
import type { ConnectionTable, Db } from './tables.ts'
import { readInt, readText } from './text.ts'

/** The JSON column holds what no query asks for. */
type ConnectionData = Omit<ConnectionFields, 'subject' | 'dueAt'>

export function connectionOf(row: Omit<Selectable<ConnectionTable>, 'id'>): Connection {
  const data = JSON.parse(readText(row.data)) as ConnectionData
  return {
    ...data,
    account: { workspaceId: readText(row.workspace_id), userId: readText(row.user_id) },
    revision: readInt(row.revision),
    epoch: readInt(row.epoch),
    settingsVersion: readInt(row.settings_version),
    ...(row.subject !== null && { subject: readText(row.subject) }),
    ...(row.due_at !== null && { dueAt: readInt(row.due_at) }),
  }
}

export function connectionColumns(database: Database, fields: ConnectionFields) {
  const { subject, dueAt, ...data } = fields
  return {
    subject: subject === undefined ? null : database.text(subject),
    due_at: dueAt === undefined ? null : Math.ceil(dueAt),
    data: database.text(JSON.stringify(data satisfies ConnectionData)),
  }
}

/** Drops what the row's own columns say, so that no value is stored twice. */
export function fieldsOf(connection: Connection): ConnectionFields {
  const { account: _, revision: __, epoch: ___, settingsVersion: ____, ...fields } = connection
  return fields
}

/** For lookups of links, whose indexes hold the row id instead of two long keys. */
export const connectionId = (database: Database, on: Db, account: AccountRef) =>
  on
    .selectFrom(database.names.connections)
    .select('id')
    .where('workspace_id', '=', database.text(account.workspaceId))
    .where('user_id', '=', database.text(account.userId))
