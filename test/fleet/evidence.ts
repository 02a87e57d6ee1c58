import { type Kysely, sql } from 'kysely'
import type { FakeGoogleProcess } from '../../examples/express-clinic/fake-google.ts'
import type { FleetProcess } from './process.ts'

const APPOINTMENTS_AT_MOST = 5
const LINES_AT_MOST = 400
const NAMED = /^(\S+@\S+): .*(w\d+) (a\d+-u\d+) v\d+/

interface Row {
  readonly [column: string]: unknown
  readonly event_id?: unknown
}

/**
 * What is known of the appointments that the violations name, a line each: the same trouble does not come twice, so
 * there will never be more.
 */
export async function evidenceOf(
  violations: readonly string[],
  { db }: FleetProcess,
  fake: FakeGoogleProcess,
): Promise<string[]> {
  const named = violations.flatMap(line => [NAMED.exec(line)?.slice(1) ?? []]).filter(each => each.length > 0)
  if (named.length === 0) return []
  const { text } = await fake.control<{ text: string }>('journal')
  const journal = text.split('\n')
  const on: Kysely<unknown> = db as never
  const found: string[] = []
  for (const [email = '', workspace, id] of named.slice(0, APPOINTMENTS_AT_MOST)) {
    const rowsOf = async (table: string, workspaceColumn = 'workspace_id') =>
      (
        await sql<Row>`select * from ${sql.table(table)}
          where ${sql.ref(workspaceColumn)} = ${workspace} and appointment_id = ${id}`.execute(on)
      ).rows.map(legible)
    const links = await rowsOf('gcs_links')
    const others = [await rowsOf('gcs_marks'), await rowsOf('gcs_findings', 'ref_workspace_id')].flat()
    for (const row of [...links, ...others]) found.push(`${workspace} ${id}: ${JSON.stringify(row)}`)
    const ids = links.map(({ event_id }) => String(event_id))
    // An insert has its id in the body, which no journal holds.
    const isOfIt = (entry: string) =>
      ids.some(each => entry.includes(each)) || (entry.includes('events.insert') && entry.includes(email))
    found.push(...journal.filter(isOfIt))
  }
  return found.slice(0, LINES_AT_MOST)
}

/** MariaDB answers text as bytes. */
const legible = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    ]),
  )
