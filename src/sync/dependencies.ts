import type { AppointmentSource } from '../contracts/appointment-source.ts'
import type { Connection } from '../contracts/connection.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { JobQueue } from '../contracts/job-queue.ts'
import type { AuditEntry, SyncIssue } from '../contracts/reports.ts'
import type { Runtime } from '../contracts/runtime.ts'
import type { SyncStateStore } from '../contracts/state-store.ts'
import type { OpenCalendarApi } from '../google/api.ts'
import type { Mapper } from '../mapping/index.ts'
import type { Grants } from '../oauth/index.ts'

/** Everything the engine is given. Nothing in `sync/` reaches for anything else. */
export interface EngineDependencies {
  readonly runtime: Runtime
  readonly state: SyncStateStore
  readonly queue: JobQueue
  readonly source: AppointmentSource
  readonly mapper: Mapper
  readonly tokens: TokenAccess
  readonly grants: Grants
  readonly openApi: OpenCalendarApi
  /** Finishes or undoes a connection that a crash left `connecting`. */
  readonly recoverConnecting: (account: AccountRef) => Promise<Connection | undefined>
  /** Key of a target, for a calendar that has just been created. */
  readonly targetKey: (sub: string, calendarId: string) => string
  readonly report: (issue: SyncIssue) => void
  readonly audit: (entry: AuditEntry) => void
  /** The global switch: `false` stops all work at once and loses nothing. */
  readonly enabled: () => boolean
  readonly settings: EngineSettings
}

export interface EngineSettings {
  readonly windowPastDays: number
  /** Runs at a time in this process, bulk work apart. */
  readonly concurrency: number
  /** Zone and name of a dedicated calendar that the library creates. */
  readonly dedicatedCalendar: { readonly summary: string; readonly timeZone: string }
}

/** What the engine needs of the token manager. */
export interface TokenAccess {
  /**
   * A bearer that is good for some minutes. Throws ReauthRequiredError when the grant is dead (the connection was
   * set `needs_reauth`), else a CalendarSyncError that says whether trying again can help.
   */
  accessToken(
    account: AccountRef,
    epoch: number,
  ): Promise<{ readonly accessToken: string; readonly tokenVersion: string; readonly sub: string }>
  /** Google refused this very token: the next call gets another. */
  invalidate(account: AccountRef, tokenVersion: string): Promise<void>
}
