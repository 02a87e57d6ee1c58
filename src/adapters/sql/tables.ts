import type { ColumnType, Generated, Kysely } from 'kysely'
import type { Int, Text } from './text.ts'

type TextColumn = ColumnType<Text, Text, Text>
type IntColumn = ColumnType<Int, number, number>
type NullableText = ColumnType<Text | null, Text | null, Text | null>
type NullableInt = ColumnType<Int | null, number | null, number | null>
type Id = Generated<Int>

/** Logical names; `tableNames` gives the real ones. Times are epoch ms, booleans 0 or 1, JSON is text. */
export interface Tables {
  schema: { id: IntColumn; version: IntColumn }
  counter: { id: Id; value: IntColumn }
  tokens: { workspace_id: TextColumn; user_id: TextColumn; value: TextColumn; version: TextColumn }
  connections: ConnectionTable
  marks: MarkTable
  refs: { workspace_id: TextColumn; appointment_id: TextColumn; fence: IntColumn; hidden_until: IntColumn }
  links: LinkTable
  findings: {
    workspace_id: TextColumn
    user_id: TextColumn
    ref_workspace_id: TextColumn
    appointment_id: TextColumn
    kind: ColumnType<string, string, string>
    found_at: IntColumn
  }
  authorizations: {
    id: TextColumn
    workspace_id: TextColumn
    user_id: TextColumn
    sealed: TextColumn
    position: IntColumn
    expires_at: IntColumn
  }
  leases: { name: TextColumn; holder: TextColumn; held_until: IntColumn }
  identity: { id: IntColumn; value: TextColumn }
  budgets: { name: TextColumn; ends_at: IntColumn; data: TextColumn }
  pull_hints: { workspace_id: TextColumn; user_id: TextColumn; hinted_at: IntColumn }
}

export interface ConnectionTable {
  id: Id
  workspace_id: TextColumn
  user_id: TextColumn
  revision: IntColumn
  epoch: IntColumn
  settings_version: IntColumn
  /** Newest link version of the account. */
  counter: IntColumn
  subject: NullableText
  due_at: NullableInt
  data: TextColumn
}

export interface MarkTable {
  id: Id
  workspace_id: TextColumn
  appointment_id: TextColumn
  user_id: NullableText
  lane: IntColumn
  origin: ColumnType<string, string, string>
  verify: IntColumn
  attempts: IntColumn
  cause: ColumnType<string | null, string | null, string | null>
  due_at: IntColumn
}

export interface LinkTable {
  id: Id
  /** Of the appointment. */
  workspace_id: TextColumn
  appointment_id: TextColumn
  connection_id: IntColumn
  account_workspace_id: TextColumn
  user_id: TextColumn
  target: TextColumn
  version: IntColumn
  event_id: TextColumn
  event: ColumnType<string, string, string>
  settings_version: IntColumn
  behind: IntColumn
  status: ColumnType<string, string, string>
  synced_at: NullableInt
  data: TextColumn
}

export type Db = Kysely<Tables>

export type TableNames = { readonly [Name in keyof Tables]: Name }

const NAMES: readonly (keyof Tables)[] = [
  'schema',
  'counter',
  'tokens',
  'connections',
  'marks',
  'refs',
  'links',
  'findings',
  'authorizations',
  'leases',
  'identity',
  'budgets',
  'pull_hints',
]

/** Real names typed as the logical ones, so that queries are checked and no plugin has to rewrite them. */
export const tableNames = (prefix: string, schema?: string): TableNames =>
  Object.fromEntries(
    NAMES.map(name => [name, `${schema === undefined ? '' : `${schema}.`}${prefix}${name}`]),
  ) as unknown as TableNames
