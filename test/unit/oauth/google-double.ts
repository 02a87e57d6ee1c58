import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Runtime } from '../../../src/contracts/runtime.ts'
import type { AuthorizationRequest, GoogleAnswer, OAuthTransport } from '../../../src/google/transport.ts'

export const CLIENT_ID = 'client-1.apps.googleusercontent.test'

export interface GoogleUser {
  readonly sub: string
  readonly email: string
  readonly hd?: string
}

export interface Consent {
  readonly user?: GoogleUser
  /** Default: all that was asked for. */
  readonly scopes?: readonly string[]
  readonly withoutRefreshToken?: boolean
  readonly withoutIdToken?: boolean
  /** Changes the id_token's header, claims or text before it goes out. */
  readonly tamper?: (token: { header: Record<string, unknown>; claims: Record<string, unknown> }) => void
}

interface Grant {
  readonly user: GoogleUser
  readonly scopes: readonly string[]
  alive: boolean
}

type Call = 'exchange' | 'refresh' | 'revoke' | 'keys'
/** `lost`: Google did it, and the answer never came. */
type Fault = 'lost' | 'unreachable' | GoogleAnswer

/** A little of Google's OAuth, by hand, so that these tests depend on nobody else's fake. */
export class GoogleDouble implements OAuthTransport {
  readonly requests: AuthorizationRequest[] = []
  readonly calls: Call[] = []
  /** Everything that must not show up anywhere else. */
  readonly secrets = new Set<string>()
  readonly refreshTokens = new Map<string, Grant>()
  fault: (call: Call, count: number) => Fault | undefined = () => undefined
  /** Runs while Google works on a call. */
  during: (call: Call) => Promise<void> | void = () => {}
  /** Answers a refresh with another refresh token, or with fewer scopes, than it was asked with. */
  rotate = false
  refreshScopes: readonly string[] | undefined
  latencyMs = 50
  kid = 'kid-1'
  expiresIn = 3_599
  readonly runtime: Runtime
  readonly #codes = new Map<string, { request: AuthorizationRequest; consent: Consent }>()
  #count = 0

  constructor(runtime: Runtime) {
    this.runtime = runtime
  }

  async authorizationUrl(request: AuthorizationRequest): Promise<string> {
    this.requests.push(request)
    for (const secret of [request.state, request.nonce]) this.secrets.add(secret)
    return `https://accounts.google.test/auth?state=${request.state}`
  }

  /** What the user's browser brings back. */
  consent(consent: Consent = {}, request = this.requests.at(-1)): { state: string; code: string } {
    if (request === undefined) throw new Error('nothing was asked for')
    const code = this.#secret('4/code-')
    this.#codes.set(code, { request, consent })
    return { state: request.state, code }
  }

  grant(user: GoogleUser, scopes: readonly string[]): string {
    const token = this.#secret('1//refresh-')
    this.refreshTokens.set(token, { user, scopes, alive: true })
    return token
  }

  revokeAll(): void {
    for (const grant of this.refreshTokens.values()) grant.alive = false
  }

  count(call: Call): number {
    return this.calls.filter(made => made === call).length
  }

  exchangeCode({ code, codeVerifier }: { readonly code: string; readonly codeVerifier: string }) {
    this.secrets.add(codeVerifier)
    return this.#answer('exchange', () => {
      const known = this.#codes.get(code)
      this.#codes.delete(code)
      if (known === undefined) return refusal(400, 'invalid_grant')
      const challenge = createHash('sha256').update(codeVerifier).digest('base64url')
      if (challenge !== known.request.codeChallenge) return refusal(400, 'invalid_grant')
      const {
        user = ANNA,
        scopes = known.request.scopes,
        withoutRefreshToken,
        withoutIdToken,
      } = known.consent
      const refresh = withoutRefreshToken ? {} : { refresh_token: this.grant(user, scopes) }
      const idToken = withoutIdToken
        ? {}
        : { id_token: this.idToken(user, known.request.nonce, known.consent) }
      return ok({ ...this.#access(scopes), ...refresh, ...idToken })
    })
  }

  refresh(refreshToken: string): Promise<GoogleAnswer> {
    return this.#answer('refresh', () => {
      const grant = this.refreshTokens.get(refreshToken)
      if (!grant?.alive) return refusal(400, 'invalid_grant')
      const rotated = this.rotate ? { refresh_token: this.grant(grant.user, grant.scopes) } : {}
      return ok({ ...this.#access(this.refreshScopes ?? grant.scopes), ...rotated })
    })
  }

  revoke(token: string): Promise<GoogleAnswer> {
    return this.#answer('revoke', () => {
      const grant = this.refreshTokens.get(token)
      if (grant) grant.alive = false
      return ok({})
    })
  }

  keys(): Promise<GoogleAnswer> {
    return this.#answer('keys', () => ok({ keys: [jwkOf(KEYS.publicKey, this.kid)] }))
  }

  idToken(user: GoogleUser, nonce: string, { tamper }: Consent = {}): string {
    const now = Math.floor(this.runtime.clock.now() / 1_000)
    const token = {
      header: { alg: 'RS256', kid: this.kid, typ: 'JWT' } as Record<string, unknown>,
      claims: {
        iss: 'https://accounts.google.com',
        aud: CLIENT_ID,
        azp: CLIENT_ID,
        sub: user.sub,
        email: user.email,
        email_verified: true,
        ...(user.hd === undefined ? {} : { hd: user.hd }),
        iat: now,
        exp: now + 3_600,
        nonce,
      } as Record<string, unknown>,
    }
    tamper?.(token)
    const text = signToken(token.header, token.claims)
    this.secrets.add(text)
    return text
  }

  #access(scopes: readonly string[]) {
    const scope = scopes.map(name => (name === 'email' ? `${AUTH}userinfo.email` : name)).join(' ')
    return {
      access_token: this.#secret('ya29.access-'),
      expires_in: this.expiresIn,
      scope,
      token_type: 'Bearer',
    }
  }

  #secret(prefix: string): string {
    const secret = `${prefix}${++this.#count}-canary`
    this.secrets.add(secret)
    return secret
  }

  async #answer(call: Call, work: () => GoogleAnswer): Promise<GoogleAnswer> {
    this.calls.push(call)
    const fault = this.fault(call, this.count(call))
    await this.runtime.clock.sleep(this.latencyMs)
    if (fault === 'unreachable') throw leaky(this.secrets)
    if (typeof fault === 'object') return fault
    const answer = work()
    await this.during(call)
    if (fault === 'lost') throw leaky(this.secrets)
    return answer
  }
}

const AUTH = 'https://www.googleapis.com/auth/'
export const ANNA: GoogleUser = {
  sub: 'google-sub-anna',
  email: 'anna.canary@clinic.test',
  hd: 'clinic.test',
}
export const BEN: GoogleUser = { sub: 'google-sub-ben', email: 'ben.canary@clinic.test' }

export const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 })

export function jwkOf(key: KeyObject, kid: string): Record<string, unknown> {
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }
}

export function signToken(header: unknown, claims: unknown, key: KeyObject = KEYS.privateKey): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}

export function ok(body: unknown): GoogleAnswer {
  return { status: 200, headers: {}, body }
}

export function refusal(status: number, error: string, more: Record<string, unknown> = {}): GoogleAnswer {
  return { status, headers: {}, body: { error, error_description: 'Bad Request', ...more } }
}

/** Google's own client prints the request, tokens included, into its errors. */
function leaky(secrets: ReadonlySet<string>): Error {
  return Object.assign(new Error(`socket hang up: ${[...secrets].join(' ')}`), {
    code: 'ECONNRESET',
    config: { data: [...secrets] },
  })
}
