import { Router } from 'express'
import type { GoogleCalendarSync } from 'google-calendar-sync'
import { connectedPage, settingsPage } from '../pages/settings.ts'
import { memberOf, send } from './exchange.ts'

/** The pages; all that they do goes through the library's own routes. */
export function settingsRoutes(
  sync: GoogleCalendarSync,
  { suggestsAccount }: { readonly suggestsAccount: boolean },
) {
  const router = Router()

  router.get('/', async (request, response) => {
    const member = memberOf(request)
    const { workspaceId, userId } = member
    const summary = await sync.status({ workspaceId, userId }).catch(() => undefined)
    const loginHint = suggestsAccount ? member.email : undefined
    send(
      response,
      settingsPage({ member, summary, result: textOf(request.query.google_calendar), loginHint }),
    )
  })

  router.get('/connected', (request, response) => {
    send(response, connectedPage(memberOf(request), textOf(request.query.google_calendar) ?? 'already-used'))
  })

  return router
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z-]{1,40}$/.test(value) ? value : undefined
}
