import { errorPage } from '../pages/error-page.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import type { Client } from '../world/clients.ts'
import type { World } from '../world/world.ts'
import { isKnownScope, splitScopes } from './scopes.ts'

export interface AuthorizationRequest {
  readonly client: Client
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string | null
  readonly offline: boolean
  readonly prompt: ReadonlySet<string>
  readonly includeGrantedScopes: boolean
  readonly loginHint: string | null
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined
  readonly nonce: string | undefined
}

const PROMPTS = new Set(['none', 'consent', 'select_account'])
const CHALLENGE = /^[A-Za-z0-9._~-]{43,128}$/

/** Mistakes in the request show on Google's own page; they are never redirected (Google, "OAuth for web servers"). */
export function readAuthorizationRequest(world: World, query: URLSearchParams): AuthorizationRequest {
  const client = readClient(world, query.get('client_id'))
  const redirectUri = readRedirectUri(client, query.get('redirect_uri'))
  const responseType = query.get('response_type') ?? missing('response_type')
  if (responseType !== 'code')
    refuse(400, 'unsupported_response_type', `Invalid response_type: ${responseType}`)
  const prompt = new Set(splitScopes(query.get('prompt')))
  for (const value of prompt)
    if (!PROMPTS.has(value)) refuse(400, 'invalid_request', `Invalid prompt: ${value}`)
  if (prompt.has('none') && prompt.size > 1) refuse(400, 'invalid_request', 'Invalid prompt: none')
  return {
    client,
    redirectUri,
    scopes: readScopes(query.get('scope')),
    state: query.get('state'),
    offline: readChoice(query, 'access_type', 'online', ['online', 'offline']) === 'offline',
    prompt,
    includeGrantedScopes: readChoice(query, 'include_granted_scopes', 'false', ['true', 'false']) === 'true',
    loginHint: query.get('login_hint'),
    challenge: readChallenge(query),
    nonce: query.get('nonce') ?? undefined,
  }
}

function readClient(world: World, clientId: string | null): Client {
  if (!clientId) return missing('client_id')
  const client = world.clients.get(clientId)
  if (!client) return refuse(400, 'invalid_client', 'The OAuth client was not found.')
  return client.deleted ? refuse(400, 'deleted_client', 'The OAuth client was deleted.') : client
}

/** Scheme, case, path and trailing slash must be those registered. */
function readRedirectUri(client: Client, redirectUri: string | null): string {
  if (!redirectUri) return missing('redirect_uri')
  if (client.redirectUris.has(redirectUri)) return redirectUri
  return refuse(
    400,
    'redirect_uri_mismatch',
    `The redirect URI in the request, ${redirectUri}, does not match the ones authorized for the OAuth client.`,
  )
}

function readScopes(text: string | null): string[] {
  const scopes = [...new Set(splitScopes(text))]
  if (scopes.length === 0) return missing('scope')
  const unknown = scopes.filter(scope => !isKnownScope(scope))
  if (unknown.length === 0) return scopes
  const valid = scopes.filter(isKnownScope)
  const message = `Some requested scopes were invalid. {valid=[${valid.join(', ')}], invalid=[${unknown.join(', ')}]}`
  return refuse(400, 'invalid_scope', message)
}

/** PKCE works for web clients too; without a method it is `plain`. */
function readChallenge(query: URLSearchParams): AuthorizationRequest['challenge'] {
  const value = query.get('code_challenge')
  const method = readChoice(query, 'code_challenge_method', 'plain', ['plain', 'S256'])
  if (value === null) return undefined
  if (!CHALLENGE.test(value)) return refuse(400, 'invalid_request', 'Invalid code_challenge.')
  return { value, method }
}

function readChoice<T extends string>(
  query: URLSearchParams,
  name: string,
  fallback: T,
  choices: readonly T[],
): T {
  const value = query.get(name)
  if (value === null) return fallback
  const choice = choices.find(known => known === value)
  return choice ?? refuse(400, 'invalid_request', `Invalid parameter value for ${name}: ${value}`)
}

function missing(name: string): never {
  return refuse(400, 'invalid_request', `Required parameter is missing: ${name}`)
}

function refuse(status: number, error: string, message: string): never {
  const reply: Reply = errorPage(status, error, message)
  throw new Refusal(reply)
}
