import type { FakeGoogleOptions, Switches } from '../../../../../src/testing/fake-google/index.ts'
import { type Account, account, CALENDAR, EVENTS, REDIRECT, token } from '../support.ts'

export type Make = (options?: FakeGoogleOptions & { scopes?: string[]; timeZone?: string }) => Account

/** One switch: what is seen of Google with each of its values. */
export interface Probe<K extends keyof Switches> {
  readonly values: readonly [seen: readonly [Switches[K], unknown], ...(readonly [Switches[K], unknown])[]]
  /** `make` gives a fake with the switch set. */
  look(make: Make): Promise<unknown>
}

export type Probes<K extends keyof Switches = keyof Switches> = { readonly [Name in K]: Probe<Name> }

export function makeWith(switches: Partial<Switches>): Make {
  return ({ switches: more, ...options } = {}) => account({ ...options, switches: { ...more, ...switches } })
}

export const at = (text: string) => ({ dateTime: text })

export async function statusOf(answer: Promise<{ status: number }>): Promise<number> {
  return (await answer).status
}

export async function refusal(answer: Promise<{ status: number; json: ErrorBody }>) {
  const { status, json } = await answer
  return [status, json?.error?.errors?.[0]?.reason]
}

// biome-ignore lint/suspicious/noExplicitAny: bodies are asserted on, field by field
type ErrorBody = any

export async function firstSyncToken(api: Account['api']): Promise<string> {
  return encodeURIComponent((await api('GET', EVENTS)).json.nextSyncToken)
}

const AUTH = 'https://accounts.google.com/o/oauth2/v2/auth'

export function authUrl({ clientId }: Account, more: Record<string, string> = {}): string {
  const query = {
    client_id: clientId,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: `openid ${CALENDAR}`,
  }
  return `${AUTH}?${new URLSearchParams({ ...query, access_type: 'offline', prompt: 'consent', ...more })}`
}

export function codeFor(account: Account): string {
  const back = account.google.control.approve(authUrl(account), { email: 'user@example.com' })
  return new URL(back).searchParams.get('code') ?? ''
}

export function exchange(account: Account, code: string, more: Record<string, string> = {}) {
  const { clientId, clientSecret, google } = account
  const own = { client_id: clientId, client_secret: clientSecret, redirect_uri: REDIRECT, code }
  return token(google, { grant_type: 'authorization_code', ...own, ...more })
}

export function refresh({ google, clientId, clientSecret, refreshToken }: Account, secret = clientSecret) {
  const own = { client_id: clientId, client_secret: secret, refresh_token: refreshToken }
  return token(google, { grant_type: 'refresh_token', ...own })
}
