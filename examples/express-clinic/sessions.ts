import { randomBytes } from 'node:crypto'
import type { CookieOptions, Request, Response } from 'express'
import { findMember, type Member } from './members.ts'

const NAME = 'clinic_session'
const LASTS_MS = 12 * 3_600_000

interface Session {
  readonly member: Member
  readonly until: number
}

/** Who is signed in, by a random cookie. In memory: a restart signs everybody out. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #name: string
  readonly #cookie: CookieOptions

  /** `secure` on https: the cookie is then never sent in the clear, and no other host of the domain can set it. */
  constructor({ secure }: { readonly secure: boolean }) {
    this.#name = secure ? `__Host-${NAME}` : NAME
    this.#cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure }
  }

  start(response: Response, member: Member): void {
    for (const [id, { until }] of this.#sessions) if (until < Date.now()) this.#sessions.delete(id)
    const id = randomBytes(32).toString('base64url')
    this.#sessions.set(id, { member, until: Date.now() + LASTS_MS })
    response.cookie(this.#name, id, { ...this.#cookie, maxAge: LASTS_MS })
  }

  end(request: Request, response: Response): void {
    this.#sessions.delete(this.#cookieOf(request) ?? '')
    response.clearCookie(this.#name, this.#cookie)
  }

  memberOf(request: Request): Member | undefined {
    const session = this.#sessions.get(this.#cookieOf(request) ?? '')
    if (!session || session.until < Date.now()) return undefined
    // Looked up again: somebody who left the clinic is out at once.
    return findMember(session.member.workspaceId, session.member.userId)
  }

  /** One that was sent twice is nobody's: the second was planted. */
  #cookieOf(request: Request): string | undefined {
    const cookies = (request.headers.cookie ?? '').split(/; */)
    const [own, ...others] = cookies.filter(cookie => cookie.startsWith(`${this.#name}=`))
    return others.length > 0 ? undefined : own?.slice(this.#name.length + 1)
  }
}
