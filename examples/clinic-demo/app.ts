import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { GoogleCalendarSync, type SyncIssue } from 'google-calendar-sync'
import { inProcessQueue } from 'google-calendar-sync/in-process-queue'
import { sqliteStores } from 'google-calendar-sync/sqlite'
import { appointmentSource } from './appointment-source.ts'
import { CALENDAR_NAME } from './clinic.ts'
import { ConnectPages } from './connect.ts'
import { FakeGoogleProcess } from './fake-google.ts'
import type { DemoOptions } from './options.ts'
import { AppointmentTable } from './table.ts'

/** Old appointments are taken too: the file may hold years of them. */
export const WINDOW_DAYS = 3650

/** What the library did, as its hooks tell it. */
export interface Told {
  writes: number
  /** Requests that were refused or not answered, and so made again. */
  retried: number
  readonly issues: Map<string, number>
}

/** The host: its table, the library on stores of its own, and two pages. */
export interface App {
  readonly table: AppointmentTable
  readonly sync: GoogleCalendarSync
  readonly google: FakeGoogleProcess
  readonly pages: ConnectPages
  readonly told: Told
  close(): Promise<void>
}

export async function startApp(
  directory: string,
  { noQuota, seed }: DemoOptions,
  onRefused: (line: number, problem: string) => void,
): Promise<App> {
  const pages = await ConnectPages.start()
  const google = await FakeGoogleProcess.start({ redirectUri: pages.redirectUri, seed, noQuota })
  const table = new AppointmentTable(join(directory, 'clinic.db'))
  const stores = sqliteStores(join(directory, 'calendar-sync.db'))
  const told: Told = { writes: 0, retried: 0, issues: new Map() }
  const onIssue = (issue: SyncIssue) => {
    if (issue.code === 'appointment-invalid' && issue.ref) {
      const reason = `the library refuses it: ${issue.fields?.join('; ') ?? issue.cause}`
      const line = table.refuse(Number(issue.ref.appointmentId), reason)
      if (line !== undefined) onRefused(line, reason)
    } else told.issues.set(issue.code, (told.issues.get(issue.code) ?? 0) + 1)
  }
  const sync = new GoogleCalendarSync({
    google: {
      clientId: google.clientId,
      clientSecret: google.clientSecret,
      redirectUri: pages.redirectUri,
      endpoints: google.endpoints,
    },
    secrets: { current: { id: 'demo', key: randomBytes(32).toString('base64') } },
    tokenStore: stores.tokens,
    stateStore: stores.state,
    jobQueue: inProcessQueue(),
    appointmentSource: appointmentSource(table),
    defaultSettings: { timeZone: 'Europe/Berlin', calendarName: CALENDAR_NAME },
    window: { pastDays: WINDOW_DAYS },
    quota: noQuota ? 'off' : 'on',
    onIssue,
    onRequest({ method, status }) {
      if (status >= 200 && status < 300) {
        if (method !== 'events.get' && method !== 'events.list') told.writes++
      } else told.retried++
    },
  })
  pages.use(sync)
  return {
    table,
    sync,
    google,
    pages,
    told,
    async close() {
      await sync.stop({ drainMs: 5_000 })
      await stores.close()
      table.close()
      pages.close()
      await google.stop()
    },
  }
}
