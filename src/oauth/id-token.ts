import { timingSafeEqual, verify } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../contracts/runtime.ts'
import { CalendarSyncError } from '../errors.ts'
import { MAX_SUB_LENGTH } from './grant-tokens.ts'
import type { JsonWebKeys } from './json-web-keys.ts'
import { strictBase64url } from './strict-base64url.ts'

/** Who the Google account is, as far as we need it. */
export interface IdTokenClaims {
  readonly sub: string
  readonly email?: string | undefined
  readonly hostedDomain?: string | undefined
}

export interface IdTokenRules {
  readonly clientId: string
  readonly nonce: string
  readonly keys: JsonWebKeys
  readonly clock: Clock
}

/** https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken */
const ISSUERS: ReadonlySet<string> = new Set(['https://accounts.google.com', 'accounts.google.com'])
/** As google-auth-library tolerates. */
export const CLOCK_TOLERANCE_S = 300
export const MAX_LIFETIME_S = 86_400
export const MAX_ID_TOKEN_LENGTH = 16_384
const MAX_EMAIL_LENGTH = 320

const header = z.object({
  // The only algorithm taken: `none`, or HS256 keyed with a public key, would be anybody's signature (RFC 8725 §3.1).
  alg: z.literal('RS256'),
  kid: z.string().min(1).max(256),
  typ: z.string().regex(/^jwt$/i).optional(),
  crit: z.undefined().optional(),
})

const claims = z.object({
  iss: z.string(),
  aud: z.string(),
  azp: z.string().optional(),
  sub: z.string().min(1).max(MAX_SUB_LENGTH),
  exp: z.number(),
  iat: z.number(),
  nonce: z.string(),
  email: z.string().max(MAX_EMAIL_LENGTH).optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
  hd: z.string().max(255).optional(),
})

/** Throws `id-token-invalid`, which names the rule broken and repeats nothing of the token. */
export async function verifyIdToken(idToken: string, rules: IdTokenRules): Promise<IdTokenClaims> {
  const parts = idToken.length > MAX_ID_TOKEN_LENGTH ? [] : idToken.split('.')
  const [head, payload, signature] = parts
  if (parts.length !== 3 || head === undefined || payload === undefined || signature === undefined)
    throw invalid('form')
  const { kid } = read(head, header, 'header')
  const signatureBytes = strictBase64url(signature)
  const key = await rules.keys.find(kid)
  if (key === undefined) throw invalid('key')
  const signed = Buffer.from(`${head}.${payload}`, 'ascii')
  if (signatureBytes === undefined || !verify('RSA-SHA256', signed, key, signatureBytes))
    throw invalid('signature')
  const said = read(payload, claims, 'claims')
  const broken = brokenRule(said, rules)
  if (broken !== undefined) throw invalid(broken)
  const verified = said.email_verified === true || said.email_verified === 'true'
  return { sub: said.sub, email: verified ? said.email : undefined, hostedDomain: said.hd }
}

function brokenRule(said: z.infer<typeof claims>, rules: IdTokenRules): string | undefined {
  const now = rules.clock.now() / 1_000
  if (!ISSUERS.has(said.iss)) return 'issuer'
  if (said.aud !== rules.clientId) return 'audience'
  if (said.azp !== undefined && said.azp !== rules.clientId) return 'authorized-party'
  if (now > said.exp + CLOCK_TOLERANCE_S) return 'expired'
  if (said.iat > now + CLOCK_TOLERANCE_S) return 'not-yet-valid'
  if (said.exp <= said.iat || said.exp - said.iat > MAX_LIFETIME_S) return 'lifetime'
  return sameText(said.nonce, rules.nonce) ? undefined : 'nonce'
}

function read<T>(part: string, schema: z.ZodType<T>, rule: string): T {
  const bytes = strictBase64url(part)
  if (bytes === undefined) throw invalid(rule)
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw invalid(rule)
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw invalid(rule)
  return parsed.data
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b)
}

function invalid(rule: string): CalendarSyncError {
  return new CalendarSyncError('id-token-invalid', `Google's answer does not prove who signed in (${rule}).`)
}
