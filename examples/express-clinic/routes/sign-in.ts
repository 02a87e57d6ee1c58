import { type NextFunction, type Request, type Response, Router } from 'express'
import { findMember } from '../members.ts'
import { signInPage } from '../pages/sign-in.ts'
import type { Sessions } from '../sessions.ts'
import { type SignedIn, send } from './exchange.ts'

export function signInRoutes(sessions: Sessions): Router {
  const router = Router()
  router.get('/sign-in', (_request, response) => send(response, signInPage()))
  router.post('/sign-in', (request, response, next) => {
    const [userId = '', workspaceId = ''] = String(request.body?.member).split('@')
    const member = findMember(workspaceId, userId)
    if (!member) return next()
    // A new session each time: one that somebody else planted is worth nothing.
    sessions.end(request, response)
    sessions.start(response, member)
    return response.redirect(303, '/appointments')
  })
  router.post('/sign-out', (request, response) => {
    sessions.end(request, response)
    response.redirect(303, '/sign-in')
  })
  return router
}

/** Nobody gets further without having signed in. */
export function signedIn(sessions: Sessions) {
  return (request: Request, response: Response, next: NextFunction) => {
    const member = sessions.memberOf(request)
    if (!member) return response.redirect(303, '/sign-in')
    ;(request as SignedIn).member = member
    return next()
  }
}
