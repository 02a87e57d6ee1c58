import type { Client } from '../world/clients.ts'
import type { Ids } from '../world/ids.ts'
import type { User } from '../world/users.ts'
import { isSignIn } from './scopes.ts'

/** Google's "Using OAuth 2.0": the oldest of more than 100 live refresh tokens dies silently. */
const MAX_LIVE = 100
const TESTING_LIFETIME_MS = 7 * 86_400_000
const UNUSED_LIFETIME_MS = 183 * 86_400_000

export interface RefreshToken {
  readonly token: string
  readonly user: User
  readonly client: Client
  readonly scopes: readonly string[]
  /** The end of time-limited access, or of the days in Testing. Epoch milliseconds. */
  readonly expiresAt: number | undefined
  /** The user granted access for a limited time. */
  readonly timeLimited: boolean
  lastUsedAt: number
  /** When a revocation takes effect, or took it. Epoch milliseconds. */
  revokedAt: number | undefined
  deadSince: number | undefined
}

interface Issue {
  readonly user: User
  readonly client: Client
  readonly scopes: readonly string[]
  readonly accessUntil?: number | undefined
}

/** Every refresh token there was, and what each dies of. */
export class RefreshTokens {
  private readonly _byToken = new Map<string, RefreshToken>()
  /** By user and client, oldest first; dead ones leave when the next is issued. */
  private readonly _byOwner = new Map<string, RefreshToken[]>()
  private readonly _ids: Ids

  constructor(ids: Ids) {
    this._ids = ids
  }

  issue({ user, client, scopes, accessUntil }: Issue, now: number): RefreshToken {
    const testing = endsInTesting(client, scopes) ? now + TESTING_LIFETIME_MS : undefined
    const token: RefreshToken = {
      token: this._ids.refreshToken(),
      user,
      client,
      scopes,
      expiresAt: earlier(testing, accessUntil),
      timeLimited: accessUntil !== undefined,
      lastUsedAt: now,
      revokedAt: undefined,
      deadSince: undefined,
    }
    const owner = `${user.sub} ${client.clientId}`
    const before = this._byOwner.get(owner) ?? []
    const live = before.filter(one => aged(one, now).deadSince === undefined)
    live.push(token)
    const oldest = live.length > MAX_LIVE ? live.shift() : undefined
    if (oldest) oldest.deadSince = now
    this._byOwner.set(owner, live)
    this._byToken.set(token.token, token)
    return token
  }

  /** Dead ones too: what Google says about them depends on how long they have been dead. */
  find(token: string, now: number): RefreshToken | undefined {
    const found = this._byToken.get(token)
    return found && aged(found, now)
  }

  /** Those of every client of the project, as of `at`. */
  revoke(user: User, projectNumber: string, now: number, at: number): void {
    for (const token of this._byToken.values()) {
      if (token.user !== user || token.client.projectNumber !== projectNumber) continue
      token.revokedAt = Math.min(token.revokedAt ?? at, at)
      aged(token, now)
    }
  }
}

/** Dies of what has happened to it by now. */
function aged(token: RefreshToken, now: number): RefreshToken {
  if (token.deadSince !== undefined) return token
  const end = earlier(token.expiresAt, token.revokedAt)
  if (end !== undefined && now >= end) token.deadSince = end
  else if (now - token.lastUsedAt > UNUSED_LIFETIME_MS) token.deadSince = now
  return token
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

/** Google's "Using OAuth 2.0": a Testing app's token lasts when it asks for name, address and picture alone. */
function endsInTesting({ publishing }: Client, scopes: readonly string[]): boolean {
  return publishing === 'testing' && !scopes.every(isSignIn)
}
