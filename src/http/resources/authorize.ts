import type { z } from 'zod'
import { bindingCookie, clearedSurplus } from '../cookies.ts'
import type { AccountRoute } from '../exchange.ts'
import { acceptedReturnPage } from '../return-page.ts'
import { authorizeRequest, type authorizeResponse } from '../schemas.ts'
import { timeText } from './times.ts'

/** Starts a consent for whoever is signed in. Only what the schema names can be chosen. */
export const authorize: AccountRoute = async (account, { config, request, json }) => {
  const { calendar, login_hint: loginHint, return_to } = await json(authorizeRequest)
  const returnTo = acceptedReturnPage(return_to, config)
  const started = await config.operations.authorizationUrl(account, { calendar, loginHint, returnTo })
  const body: z.output<typeof authorizeResponse> = {
    authorization_url: started.url,
    expires_at: timeText(started.expiresAt),
  }
  const cookies = [
    ...clearedSurplus(request, config.origin),
    bindingCookie(config.origin, started.state, started.binding),
  ]
  return { status: 200, body, headers: cookies.map(cookie => ['set-cookie', cookie] as const) }
}
