import type { Client } from '../world/clients.ts'
import type { Ids } from '../world/ids.ts'
import type { Switches } from '../world/switches.ts'
import type { User } from '../world/users.ts'
import { isSignIn } from './scopes.ts'

/** Google's "Using OAuth 2.0": the oldest of more than 100 live refresh tokens dies silently. */
const MAX_REFRESH_TOKENS = 100
const TESTING_LIFETIME_MS = 7 * 86_400_000
const UNUSED_LIFETIME_MS = 183 * 86_400_000

export interface AuthorizationCode {
  readonly code: string
  readonly user: User
  readonly client: Client
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly expiresAt: number
  readonly refreshable: boolean
  readonly offline: boolean
  readonly challenge?: { readonly value: string; readonly method: 'S256' | 'plain' }
  readonly nonce?: string
}

export interface RefreshToken {
  readonly token: string
  readonly user: User
  readonly client: Client
  readonly scopes: readonly string[]
  readonly expiresAt: number | undefined
  lastUsedAt: number
  deadSince: number | undefined
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

interface Grant {
  readonly scopes: Set<string>
  readonly clients: Set<Client>
}

export interface Issue {
  readonly user: User
  readonly client: Client
  readonly scopes: readonly string[]
  readonly offline?: boolean
}

type Lifetimes = Pick<Switches, 'accessTokenSeconds' | 'codeLifetimeMs'>

/** Who granted what to which project, and every code and token that came of it. */
export class Grants {
  private readonly _codes = new Map<string, AuthorizationCode>()
  private readonly _access = new Map<string, AccessToken>()
  private readonly _refresh = new Map<string, RefreshToken>()
  private readonly _live = new Map<string, RefreshToken[]>()
  /** By user and project, since revocation is project-wide. */
  private readonly _grants = new Map<string, Grant>()
  private readonly _ids: Ids
  private readonly _lifetimes: Lifetimes

  constructor(ids: Ids, lifetimes: Lifetimes) {
    this._ids = ids
    this._lifetimes = lifetimes
  }

  granted(user: User, client: Client): ReadonlySet<string> {
    return this._grants.get(grantKey(user, client))?.scopes ?? new Set()
  }

  /** Whether the user has consented to this very client before. */
  hasConsented(user: User, client: Client): boolean {
    return this._grants.get(grantKey(user, client))?.clients.has(client) ?? false
  }

  consent(user: User, client: Client, scopes: readonly string[]): void {
    const grant = this._grants.get(grantKey(user, client)) ?? { scopes: new Set(), clients: new Set() }
    for (const scope of scopes) grant.scopes.add(scope)
    grant.clients.add(client)
    this._grants.set(grantKey(user, client), grant)
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

  issueAccessToken({ user, client, scopes, offline = false }: Issue, now: number): AccessToken {
    const token: AccessToken = {
      token: this._ids.accessToken(),
      user,
      client,
      scopes: new Set(scopes),
      scope: scopes.join(' '),
      offline,
      expiresAt: now + this._lifetimes.accessTokenSeconds * 1000,
    }
    this._access.set(token.token, token)
    return token
  }

  issueRefreshToken({ user, client, scopes }: Issue, now: number): RefreshToken {
    const token: RefreshToken = {
      token: this._ids.refreshToken(),
      user,
      client,
      scopes,
      expiresAt: endsInTesting(client, scopes) ? now + TESTING_LIFETIME_MS : undefined,
      lastUsedAt: now,
      deadSince: undefined,
    }
    const key = `${user.sub} ${client.clientId}`
    const live = this._live.get(key) ?? []
    live.push(token)
    if (live.length > MAX_REFRESH_TOKENS) this._kill(live.shift(), now)
    this._live.set(key, live)
    this._refresh.set(token.token, token)
    return token
  }

  accessToken(token: string, now: number): AccessToken | undefined {
    const found = this._access.get(token)
    return found && now < found.expiresAt ? found : undefined
  }

  /** Dead ones too: what Google says about them depends on how long they have been dead. */
  refreshToken(token: string, now: number): RefreshToken | undefined {
    const found = this._refresh.get(token)
    if (!found || found.deadSince !== undefined) return found
    if (found.expiresAt !== undefined && now >= found.expiresAt) this._kill(found, found.expiresAt)
    else if (now - found.lastUsedAt > UNUSED_LIFETIME_MS) this._kill(found, now)
    return found
  }

  /** Ends everything the user granted to the project: every client, every token (Google, "Revoking a token"). */
  revoke(user: User, client: Client, now: number): void {
    const project = client.projectNumber
    this._grants.delete(grantKey(user, client))
    for (const token of this._access.values()) {
      if (token.user === user && token.client.projectNumber === project) this._access.delete(token.token)
    }
    for (const token of this._refresh.values()) {
      if (token.user !== user || token.client.projectNumber !== project) continue
      this._live.delete(`${user.sub} ${token.client.clientId}`)
      if (token.deadSince === undefined) this._kill(token, now)
    }
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

  private _kill(token: RefreshToken | undefined, now: number): void {
    if (token) token.deadSince = now
  }
}

/** Google's "Using OAuth 2.0": a Testing app's token lasts when it asks for name, address and picture alone. */
function endsInTesting({ publishing }: Client, scopes: readonly string[]): boolean {
  return publishing === 'testing' && !scopes.every(isSignIn)
}

function grantKey(user: User, client: Client): string {
  return `${user.sub} ${client.projectNumber}`
}
