import type { AccountRef } from '../contracts/identity.ts'
import { GoogleApiError } from '../errors.ts'
import { classifyOAuth } from '../google/classify-oauth-error.ts'
import { reasonOfRejection } from '../google/no-answer.ts'
import type { GoogleAnswer } from '../google/transport.ts'

/** What became of one call of Google's OAuth endpoints. Holds short codes only, never the answer. */
export type OAuthResult<T> = { readonly ok: true; readonly value: T } | OAuthFailure

export interface OAuthFailure {
  readonly ok: false
  readonly kind: 'invalid-grant' | 'misconfigured' | 'transient' | 'refused' | 'unusable'
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  readonly reason: string
  readonly subtype?: string | undefined
}

/** Google's errors print the refresh token: they are reduced here and go no further. */
export async function oauthCall<T>(
  send: () => Promise<GoogleAnswer>,
  read: (body: unknown) => T | undefined,
): Promise<OAuthResult<T>> {
  let answer: GoogleAnswer
  try {
    answer = await send()
  } catch (error) {
    return { ok: false, kind: 'transient', status: 0, reason: short(reasonOfRejection(error)) }
  }
  if (answer.status >= 200 && answer.status < 300) {
    const value = read(answer.body)
    if (value !== undefined) return { ok: true, value }
    return { ok: false, kind: 'unusable', status: answer.status, reason: 'unusable' }
  }
  const blamed = classifyOAuth(answer) ?? { kind: 'transient', reason: 'unknown', subtype: undefined }
  const { kind, reason, subtype } = blamed
  const failure = { ok: false, kind, status: answer.status, reason: short(reason) } as const
  return subtype === undefined ? failure : { ...failure, subtype: short(subtype) }
}

export function oauthError(failure: OAuthFailure, what: string, account?: AccountRef): GoogleApiError {
  const { status, reason } = failure
  const facts = { status, reason, account }
  const said = `${what} (${reason}, HTTP ${status}).`
  switch (failure.kind) {
    case 'misconfigured':
      return new GoogleApiError(
        'google-misconfigured',
        `${said} Google does not accept this app's OAuth client: check clientId, clientSecret and redirectUri. No user has to connect again.`,
        facts,
      )
    case 'transient': {
      const code = status === 429 ? 'google-rate-limited' : 'google-unavailable'
      return new GoogleApiError(code, `${said} Try again later.`, { ...facts, retryable: true })
    }
    case 'unusable':
      return new GoogleApiError('google-answer-unusable', `${said} Try again later.`, {
        ...facts,
        retryable: true,
      })
    case 'invalid-grant':
    case 'refused':
      return new GoogleApiError('google-refused', said, facts)
  }
}

function short(reason: string): string {
  return /^[A-Za-z0-9._-]{1,64}$/.test(reason) ? reason : 'unknown'
}
