import { API_PATH } from '../express-clinic/app.ts'
import { memberNamed } from '../express-clinic/members.ts'
import type { DemoMember } from './choices.ts'

/**
 * What a member does in a browser, request by request: signs in, presses "Connect", follows to Google, allows
 * everything there, and comes back with the cookies. The fake's consent page takes the answer in its URL.
 */
export async function connectAsMember(origin: string, member: DemoMember): Promise<void> {
  const browser = new Browser(origin)
  const form = new URLSearchParams({ member: memberNamed(member) })
  const signedIn = await browser.send('POST', '/sign-in', form)
  if (signedIn.status !== 303) throw new Error(`Signing in answered ${signedIn.status}.`)
  const { authorization_url } = await browser.call('POST', '/authorize', { calendar: member.calendar })
  const consent = new URL(String(authorization_url))
  const page = await fetch(consent, { redirect: 'manual' })
  if (page.status !== 200) throw new Error(`The consent page answered ${page.status}: ${await page.text()}`)
  consent.searchParams.set('_approve', member.email)
  const allowed = await fetch(consent, { redirect: 'manual' })
  const back = await browser.send('GET', locationOf(allowed, 'The consent page'))
  const result = new URL(locationOf(back, 'The callback')).searchParams.get('google_calendar')
  if (result !== 'connected') throw new Error(`${member.name} could not connect: ${result}`)
  if (!member.showsNames) return
  const acknowledgements = [{ setting: 'include_client_names', text_id: 'client-names-2026-11' }]
  await browser.call('PATCH', '/settings', { include_client_names: true, acknowledgements })
}

/** Just enough of one: it keeps cookies and says where it comes from. */
class Browser {
  readonly #origin: string
  readonly #cookies = new Map<string, string>()

  constructor(origin: string) {
    this.#origin = origin
  }

  async send(method: string, path: string, body?: BodyInit, type?: string): Promise<Response> {
    const headers = {
      origin: this.#origin,
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(type !== undefined && { 'content-type': type }),
    }
    const request = { method, headers, redirect: 'manual', ...(body !== undefined && { body }) } as const
    const response = await fetch(new URL(path, this.#origin), request)
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.#cookies.set(name, value)
    }
    return response
  }

  /** One of the library's routes. */
  async call(method: string, path: string, body: object): Promise<Record<string, unknown>> {
    const response = await this.send(method, `${API_PATH}${path}`, JSON.stringify(body), 'application/json')
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
}

function locationOf(response: Response, page: string): string {
  const location = response.headers.get('location')
  if (location === null) throw new Error(`${page} answered ${response.status} without a redirect.`)
  return location
}
