import type { Selectable } from 'kysely'
import type { Link } from '../../contracts/link.ts'
import type { LinkFields } from '../../contracts/link-store.ts'
import type { Database } from './database.ts'
import type { LinkTable } from './tables.ts'
import { readInt, readText } from './text.ts'

/** The JSON column holds what no query asks for. */
type LinkData = Omit<LinkFields, 'eventId' | 'event' | 'settingsVersion' | 'behind' | 'status' | 'syncedAt'>

type StoredLink = Omit<Selectable<LinkTable>, 'id'>

export function linkOf(row: StoredLink): Link {
  return {
    ...(JSON.parse(readText(row.data)) as LinkData),
    account: { workspaceId: readText(row.account_workspace_id), userId: readText(row.user_id) },
    ref: { workspaceId: readText(row.workspace_id), appointmentId: readText(row.appointment_id) },
    target: readText(row.target),
    version: readInt(row.version),
    eventId: readText(row.event_id),
    event: row.event as Link['event'],
    settingsVersion: readInt(row.settings_version),
    behind: readInt(row.behind) === 1,
    status: row.status as Link['status'],
    ...(row.synced_at !== null && { syncedAt: readInt(row.synced_at) }),
  }
}

export function linkColumns(database: Database, fields: LinkFields) {
  const { eventId, event, settingsVersion, behind, status, syncedAt, ...data } = fields
  return {
    event_id: database.text(eventId),
    event,
    settings_version: settingsVersion,
    behind: behind ? 1 : 0,
    status,
    synced_at: syncedAt === undefined ? null : Math.floor(syncedAt),
    data: database.text(JSON.stringify(data satisfies LinkData)),
  }
}
