import { fileURLToPath } from 'node:url'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type { GoogleCalendarSync } from 'google-calendar-sync'
import { expressHandler } from 'google-calendar-sync/express'
import type { Appointments } from './appointments.ts'
import { messagePage, sideBySidePage } from './pages/other.ts'
import { appointmentRoutes } from './routes/appointments.ts'
import { send } from './routes/exchange.ts'
import { settingsRoutes } from './routes/settings.ts'
import { signedIn, signInRoutes } from './routes/sign-in.ts'
import { security } from './security.ts'
import type { Sessions } from './sessions.ts'

export const API_PATH = '/api/v1/integrations/google-calendar'
const PUBLIC = fileURLToPath(new URL('public', import.meta.url))

export interface AppParts {
  readonly origin: string
  readonly appointments: Appointments
  readonly sessions: Sessions
  readonly sync: GoogleCalendarSync
  /** Where the fake Google listens, when it is that one. */
  readonly fakeUrl?: string | undefined
}

/** The clinic as a web app: its pages, and the library's routes mounted beside them. */
export function clinicApp({ origin, appointments, sessions, sync, fakeUrl }: AppParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(security({ origin, frames: fakeUrl === undefined ? [] : [fakeUrl] }))
  app.use('/public', express.static(PUBLIC))
  app.use(API_PATH, expressHandler(sync.handler))
  app.use(express.urlencoded({ extended: false, limit: '64kb' }))
  app.use(signInRoutes(sessions))
  if (fakeUrl !== undefined) {
    const calendarPage = (email: string) => `${fakeUrl}/_pages/calendar?user=${encodeURIComponent(email)}`
    app.get('/side-by-side', (_request, response) => send(response, sideBySidePage(calendarPage)))
  }
  app.use(signedIn(sessions))
  app.get('/', (_request, response) => response.redirect(303, '/appointments'))
  app.use('/appointments', appointmentRoutes(appointments, sync))
  app.use('/settings', settingsRoutes(sync, { suggestsAccount: fakeUrl !== undefined }))
  app.use((_request, response) => send(response, messagePage('Not found', 'There is no such page.'), 404))
  app.use(failed)
  return app
}

/** What went wrong is for the log; it may name clients, so the log gets its kind only. */
function failed(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (response.headersSent) {
    next(error)
    return
  }
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  if (status >= 500) console.error(error instanceof Error ? error.name : 'Something was thrown.')
  send(response, messagePage('Something went wrong', 'Please try again.'), status)
}
