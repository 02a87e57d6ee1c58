import type { Client } from '../world/clients.ts'
import type { Ids } from '../world/ids.ts'
import type { Switches } from '../world/switches.ts'
import type { User } from '../world/users.ts'
import { Consents } from './consents.ts'
import { type RefreshToken, RefreshTokens } from './refresh-tokens.ts'

export interface AuthorizationCode {
  readonly code: string
  readonly user: User
  readonly client: Client
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly expiresAt: number
  readonly refreshable: boolean
  readonly offline: boolean
  /** The user granted access for a limited time: until then, in epoch milliseconds. */
  readonly accessUntil?: number
  readonly challenge?: { readonly value: string; readonly method: 'S256' | 'plain' }
  readonly nonce?: string
}

export interface AccessToken {
  readonly token: string
  readonly user: User
  readonly client: Client
  readonly scopes: ReadonlySet<string>
  readonly scope: string
  readonly offline: boolean
  expiresAt: number
}

export interface Issue {
  readonly user: User
  readonly client: Client
  readonly scopes: readonly string[]
  readonly offline?: boolean
  /** Of an access token: it dies then at the latest. Epoch milliseconds. */
  readonly notAfter?: number | undefined
  /** Of a refresh token: the end of time-limited access. Epoch milliseconds. */
  readonly accessUntil?: number | undefined
}

type Lifetimes = Pick<Switches, 'accessTokenSeconds' | 'codeLifetimeMs'>

/** Who granted what to which project, and every code and token that came of it. */
export class Grants {
  private readonly _codes = new Map<string, AuthorizationCode>()
  private readonly _access = new Map<string, AccessToken>()
  private readonly _consents = new Consents()
  private readonly _refresh: RefreshTokens
  private readonly _ids: Ids
  private readonly _lifetimes: Lifetimes

  constructor(ids: Ids, lifetimes: Lifetimes) {
    this._ids = ids
    this._refresh = new RefreshTokens(ids)
    this._lifetimes = lifetimes
  }

  granted(user: User, client: Client, now: number): ReadonlySet<string> {
    return this._consents.scopes(user, client, now)
  }

  /** Whether the user has consented to this very client before. */
  hasConsented(user: User, client: Client, now: number): boolean {
    return this._consents.includes(user, client, now)
  }

  /** `until` in epoch milliseconds; without a limit by default. */
  consent(user: User, client: Client, scopes: readonly string[], until = Number.POSITIVE_INFINITY): void {
    this._consents.add(user, client, scopes, until)
  }

  issueCode(input: Omit<AuthorizationCode, 'code' | 'expiresAt'>, now: number): AuthorizationCode {
    const code = { ...input, code: this._ids.code(), expiresAt: now + this._lifetimes.codeLifetimeMs }
    this._codes.set(code.code, code)
    return code
  }

  /** Codes are single-use: whoever asks for one has used it, also when the exchange then fails (observed). */
  takeCode(code: string, now: number): AuthorizationCode | undefined {
    const found = this._codes.get(code)
    this._codes.delete(code)
    return found && now < found.expiresAt ? found : undefined
  }

  /** Looks without using it up. */
  ownerOfCode(code: string): User | undefined {
    return this._codes.get(code)?.user
  }

  issueAccessToken({ user, client, scopes, offline = false, notAfter }: Issue, now: number): AccessToken {
    const lifetime = this._lifetimes.accessTokenSeconds * 1000
    const token: AccessToken = {
      token: this._ids.accessToken(),
      user,
      client,
      scopes: new Set(scopes),
      scope: scopes.join(' '),
      offline,
      expiresAt: Math.min(now + lifetime, notAfter ?? Number.POSITIVE_INFINITY),
    }
    this._access.set(token.token, token)
    return token
  }

  issueRefreshToken(issue: Issue, now: number): RefreshToken {
    return this._refresh.issue(issue, now)
  }

  accessToken(token: string, now: number): AccessToken | undefined {
    const found = this._access.get(token)
    return found && now < found.expiresAt ? found : undefined
  }

  /** Dead ones too. */
  refreshToken(token: string, now: number): RefreshToken | undefined {
    return this._refresh.find(token, now)
  }

  /**
   * Ends everything the user granted to the project so far: every client, every token (Google, "Revoking a token").
   * Tokens go on working until `at`; codes can no longer be exchanged.
   */
  revoke(user: User, client: Client, now: number, at = now): void {
    const project = client.projectNumber
    this._consents.end(user, client, now, at)
    for (const token of this._access.values()) {
      if (token.user !== user || token.client.projectNumber !== project) continue
      token.expiresAt = Math.min(token.expiresAt, at)
      if (token.expiresAt <= now) this._access.delete(token.token)
    }
    this._refresh.revoke(user, project, now, at)
    for (const code of this._codes.values()) {
      if (code.user === user && code.client.projectNumber === project) this._codes.delete(code.code)
    }
  }

  /** Without a user: everybody's. */
  expireAccessTokens(user?: User): number {
    let count = 0
    for (const token of this._access.values()) {
      if (user && token.user !== user) continue
      this._access.delete(token.token)
      count++
    }
    return count
  }
}
