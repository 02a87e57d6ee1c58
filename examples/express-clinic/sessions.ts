import { randomBytes } from 'node:crypto'
import type { CookieOptions, Request, Response } from 'express'
import { findMember, type Member } from './members.ts'

const COOKIE = 'clinic_session'
const LASTS_MS = 12 * 3_600_000

interface Session {
  readonly member: Member
  readonly until: number
}

/** Who is signed in, by a random cookie. In memory: a restart signs everybody out. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #cookie: CookieOptions

  /** `secure` on https: the cookie is then never sent in the clear. */
  constructor({ secure }: { readonly secure: boolean }) {
    this.#cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure }
  }

  start(response: Response, member: Member): void {
    for (const [id, { until }] of this.#sessions) if (until < Date.now()) this.#sessions.delete(id)
    const id = randomBytes(32).toString('base64url')
    this.#sessions.set(id, { member, until: Date.now() + LASTS_MS })
    response.cookie(COOKIE, id, { ...this.#cookie, maxAge: LASTS_MS })
  }

  end(request: Request, response: Response): void {
    this.#sessions.delete(cookieOf(request) ?? '')
    response.clearCookie(COOKIE, this.#cookie)
  }

  memberOf(request: Request): Member | undefined {
    const session = this.#sessions.get(cookieOf(request) ?? '')
    if (!session || session.until < Date.now()) return undefined
    // Looked up again: somebody who left the clinic is out at once.
    return findMember(session.member.workspaceId, session.member.userId)
  }
}

function cookieOf(request: Request): string | undefined {
  const cookies = (request.headers.cookie ?? '').split(/; */)
  return cookies.find(cookie => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
}
