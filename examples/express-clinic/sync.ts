import type { Request } from 'express'
import {
  type AuditEntry,
  GoogleCalendarSync,
  type GoogleCalendarSyncOptions,
  type JobQueue,
  type SyncIssue,
  type SyncStateStore,
  type TokenStore,
} from 'google-calendar-sync'
import { inProcessQueue } from 'google-calendar-sync/in-process-queue'
import type { Appointments } from './appointments.ts'
import { CALENDAR_NAME, findMember } from './members.ts'
import type { Sessions } from './sessions.ts'
import { appointmentSource, type SourceOptions } from './source.ts'

export interface SyncParts extends SourceOptions {
  readonly google: GoogleCalendarSyncOptions['google']
  /** 32 bytes in base64: seals the tokens. */
  readonly key: string
  readonly appointments: Appointments
  readonly sessions: Sessions
  readonly stores: { readonly tokens: TokenStore; readonly state: SyncStateStore }
  readonly jobQueue?: JobQueue | undefined
  readonly pastDays?: number | undefined
  readonly quota?: 'on' | 'off' | undefined
  readonly onIssue?: ((issue: SyncIssue) => void) | undefined
  readonly onAudit?: ((entry: AuditEntry) => void) | undefined
  readonly onRequest?: GoogleCalendarSyncOptions['onRequest']
}

/** The library, told who the clinic is. */
export function clinicSync(parts: SyncParts): GoogleCalendarSync {
  const { google, key, appointments, sessions, stores, titleOf, pastDays = 30, quota = 'on' } = parts
  return new GoogleCalendarSync({
    google,
    secrets: { current: { id: 'clinic', key } },
    tokenStore: stores.tokens,
    stateStore: stores.state,
    jobQueue: parts.jobQueue ?? inProcessQueue(),
    appointmentSource: appointmentSource(appointments, { titleOf }),
    authenticate(_request: globalThis.Request, context: { readonly req?: unknown }) {
      const member = sessions.memberOf(context.req as Request)
      return member ? { workspaceId: member.workspaceId, userId: member.userId } : null
    },
    isMember: ({ workspaceId, userId }) => findMember(workspaceId, userId) !== undefined,
    settingsPage: '/settings',
    defaultSettings: { timeZone: 'Europe/Berlin', calendarName: CALENDAR_NAME },
    window: { pastDays },
    quota,
    onIssue: parts.onIssue,
    onAudit: parts.onAudit,
    onRequest: parts.onRequest,
  })
}
