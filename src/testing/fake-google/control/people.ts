import { decisionUrl } from '../oauth/approval.ts'
import { readAuthorizationRequest } from '../oauth/authorization-request.ts'
import { brokenRedirectRule } from '../oauth/redirect-uri-rules.ts'
import { canonicalScopes } from '../oauth/scopes.ts'
import { type SecurityEvent, sendSecurityEvent } from '../oauth/security-events.ts'
import { Refusal } from '../wire/reply.ts'
import type { Client, ClientInput } from '../world/clients.ts'
import type { User, UserInput, UserState } from '../world/users.ts'
import type { World } from '../world/world.ts'
import { ControlError, expect } from './control-error.ts'

export interface UserView {
  readonly email: string
  readonly sub: string
  readonly name: string
  readonly timeZone: string
  readonly hd: string | undefined
  readonly state: UserState
}

export interface ClientView {
  readonly clientId: string
  readonly clientSecret: string
  readonly projectNumber: string
  readonly redirectUris: readonly string[]
}

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly scope: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

export interface ReadyAccount extends Tokens {
  readonly clientId: string
  readonly clientSecret: string
  readonly email: string
  readonly sub: string
}

export interface ClientChanges {
  readonly redirectUris?: readonly string[] | undefined
  readonly publishing?: 'production' | 'testing' | undefined
  readonly apiDisabled?: boolean | undefined
  readonly deleted?: boolean | undefined
  /** Where Cross-Account Protection events are posted to. */
  readonly securityEventsUrl?: string | undefined
}

export interface Approval {
  readonly email: string
  /** The scopes left ticked; all by default. */
  readonly grantScopes?: readonly string[] | undefined
  readonly deny?: boolean | undefined
  /** Time-limited access: the refresh token dies so long after the consent, which is then asked for again. */
  readonly accessForMs?: number | undefined
}

export interface ReadyAccountInput extends Partial<UserInput> {
  readonly scopes?: readonly string[] | undefined
  readonly redirectUris?: readonly string[] | undefined
}

/** Accounts, clients and what was granted between them. */
export interface PeopleControl {
  createUser(input: UserInput): UserView
  users(): UserView[]
  setUserState(email: string, state: UserState): UserView
  createClient(input?: ClientInput): ClientView
  clients(): ClientView[]
  /** `redirectUris` are added to those registered. */
  updateClient(clientId: string, changes: ClientChanges): ClientView
  /** A user, a client and a grant between them, in one step. Made of what is there where it fits. */
  readyAccount(input?: ReadyAccountInput): ReadyAccount
  /** Answers the consent page of an authorization URL; the result is the redirect back to the app. */
  approve(authorizationUrl: string, approval: Approval): string
  /** Tokens without the consent page. The client may be left out while there is only one. */
  grant(email: string, scopes?: readonly string[], clientId?: string): Tokens
  /** As the user does under "Third-party apps with account access"; without a client, for every project. */
  revokeGrant(email: string, clientId?: string): void
  /** Of one user, or of everybody. Answers how many there were. */
  expireAccessTokens(email?: string): number
  /** Signs with a new key from now on; the one before stays published. Answers the new key's id. */
  rotateSigningKey(): string
  /** Posts a Cross-Account Protection event to every client that asked and knows the user. Answers how many. */
  securityEvent(type: SecurityEvent, email?: string, details?: SecurityEventDetails): number
}

export interface SecurityEventDetails {
  /** Of `account-disabled`: `hijacking` or `bulk-account`. */
  readonly reason?: string | undefined
  /** Of `verification`: comes back as it was given. */
  readonly state?: string | undefined
}

const EVERYTHING = ['openid', 'email', 'profile', 'https://www.googleapis.com/auth/calendar']

export function peopleControl(world: World): PeopleControl {
  const userOf = (email: string) => expect(world.users.byEmail(email), `No user ${email}`)
  const clientOf = (clientId?: string): Client => {
    if (clientId !== undefined) return expect(world.clients.get(clientId), `No client ${clientId}`)
    const [only, ...more] = world.clients.all()
    if (more.length > 0) throw new ControlError('There are several clients: say which clientId')
    return expect(only, 'There is no client yet')
  }
  const createUser = (input: UserInput): User => {
    if (!/^[^@\s]+@[^@\s]+$/.test(input.email)) throw new ControlError(`Not an address: ${input.email}`)
    if (world.users.byEmail(input.email)) throw new ControlError(`There is a user ${input.email} already`)
    if (input.sub !== undefined && world.users.bySub(input.sub))
      throw new ControlError(`sub ${input.sub} is taken`)
    if (!world.zones.has(input.timeZone ?? 'UTC'))
      throw new ControlError(`Unknown time zone ${input.timeZone}`)
    const user = world.users.create(input)
    if (user.calendarUser) world.calendars.createPrimary(user, world.time.now())
    return user
  }
  const grant = (user: User, client: Client, scopes: readonly string[]): Tokens => {
    const now = world.time.now()
    const canonical = canonicalScopes(scopes)
    world.grants.consent(user, client, canonical)
    const issue = { user, client, scopes: canonical, offline: true }
    const refresh = world.grants.issueRefreshToken(issue, now)
    const { token, scope, expiresAt } = world.grants.issueAccessToken(issue, now)
    return { accessToken: token, refreshToken: refresh.token, scope, expiresAt }
  }
  return {
    createUser: input => viewUser(createUser(input)),
    users: () => world.users.all().map(viewUser),
    setUserState(email, state) {
      const user = userOf(email)
      if (state === 'deleted' && user.state !== state) sendSecurityEvent(world, 'account-purged', user)
      user.state = state
      return viewUser(user)
    },
    createClient(input = {}) {
      if (input.clientId !== undefined && world.clients.get(input.clientId)) {
        throw new ControlError(`There is a client ${input.clientId} already`)
      }
      for (const uri of input.redirectUris ?? []) checkRedirectUri(uri)
      return viewClient(world.clients.create(input))
    },
    clients: () => world.clients.all().map(viewClient),
    updateClient(clientId, { redirectUris = [], publishing, apiDisabled, deleted, securityEventsUrl }) {
      const client = clientOf(clientId)
      for (const uri of redirectUris) checkRedirectUri(uri)
      for (const uri of redirectUris) client.redirectUris.add(uri)
      if (publishing !== undefined) client.publishing = publishing
      if (apiDisabled !== undefined) client.apiDisabled = apiDisabled
      if (deleted !== undefined) client.deleted = deleted
      if (securityEventsUrl !== undefined) {
        if (!URL.canParse(securityEventsUrl)) throw new ControlError('`securityEventsUrl` is not absolute')
        client.securityEventsUrl = securityEventsUrl
      }
      return viewClient(client)
    },
    readyAccount({ scopes = EVERYTHING, redirectUris = [], email = 'user@example.com', ...rest } = {}) {
      for (const uri of redirectUris) checkRedirectUri(uri)
      const user = world.users.byEmail(email) ?? createUser({ ...rest, email })
      const client = world.clients.all()[0] ?? world.clients.create()
      for (const uri of redirectUris) client.redirectUris.add(uri)
      const { clientId, clientSecret } = client
      return { clientId, clientSecret, email, sub: user.sub, ...grant(user, client, scopes) }
    },
    approve(authorizationUrl, { email, grantScopes, deny, accessForMs }) {
      const user = userOf(email)
      if (accessForMs !== undefined && !(accessForMs > 0))
        throw new ControlError('`accessForMs` is a number above 0')
      if (!URL.canParse(authorizationUrl)) throw new ControlError('The authorization URL is not absolute')
      try {
        const request = readAuthorizationRequest(world, new URL(authorizationUrl).searchParams)
        return decisionUrl(world, request, { user, ticked: grantScopes, deny, accessForMs })
      } catch (thrown) {
        if (thrown instanceof Refusal)
          throw new ControlError(`Google would show an error: ${thrown.reply.reason}`)
        throw thrown
      }
    },
    grant: (email, scopes = EVERYTHING, clientId) => grant(userOf(email), clientOf(clientId), scopes),
    revokeGrant(email, clientId) {
      const clients = clientId === undefined ? world.clients.all() : [clientOf(clientId)]
      const user = userOf(email)
      sendSecurityEvent(world, 'tokens-revoked', user, {}, clients)
      for (const client of clients) world.grants.revoke(user, client, world.time.now())
    },
    rotateSigningKey: () => world.rotateSigningKey().kid,
    securityEvent: (type, email, details) =>
      sendSecurityEvent(world, type, email === undefined ? undefined : userOf(email), details),
    expireAccessTokens: email =>
      world.grants.expireAccessTokens(email === undefined ? undefined : userOf(email)),
  }
}

function checkRedirectUri(uri: string): void {
  const rule = brokenRedirectRule(uri)
  if (rule !== undefined) throw new ControlError(`Not a redirect URI: it must ${rule}`)
}

function viewUser({ email, sub, name, timeZone, hd, state }: User): UserView {
  return { email, sub, name, timeZone, hd, state }
}

function viewClient({ clientId, clientSecret, projectNumber, redirectUris }: Client): ClientView {
  return { clientId, clientSecret, projectNumber, redirectUris: [...redirectUris] }
}
