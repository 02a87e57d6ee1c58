import type { SyncIssue } from 'google-calendar-sync'
import { type Clinic, startClinic } from '../express-clinic/clinic.ts'
import type { FakeGoogleProcess } from '../express-clinic/fake-google.ts'
import { neutralTitle } from './expected.ts'
import type { DemoOptions } from './options.ts'

/** Old appointments are taken too: the file may hold years of them. */
export const WINDOW_DAYS = 3650

/** What the library did, as its hooks tell it. */
export interface Told {
  writes: number
  /** Requests that were refused or not answered, and so made again. */
  retried: number
  readonly issues: Map<string, number>
}

/** The express clinic with a fake Google, and an ear at the library's hooks. */
export interface App extends Clinic {
  readonly google: FakeGoogleProcess
  readonly told: Told
}

export async function startApp(
  directory: string,
  { noQuota, seed }: DemoOptions,
  onRefused: (line: number, problem: string) => void,
): Promise<App> {
  const told: Told = { writes: 0, retried: 0, issues: new Map() }
  const onIssue = (issue: SyncIssue) => {
    if (issue.code === 'appointment-invalid' && issue.ref) {
      const reason = `the library refuses it: ${issue.fields?.join('; ') ?? issue.cause}`
      const line = clinic.appointments.refuse(Number(issue.ref.appointmentId), reason)
      if (line !== undefined) onRefused(line, reason)
    } else told.issues.set(issue.code, (told.issues.get(issue.code) ?? 0) + 1)
  }
  const clinic = await startClinic({
    directory,
    seed,
    quota: noQuota ? 'off' : 'on',
    pastDays: WINDOW_DAYS,
    titleOf: neutralTitle,
    onIssue,
    onRequest({ method, status }) {
      if (status >= 200 && status < 300) {
        if (method !== 'events.get' && method !== 'events.list') told.writes++
      } else told.retried++
    },
  })
  const { google } = clinic
  if (!google) throw new Error('The demo never talks to the real Google.')
  return { ...clinic, google, told }
}
