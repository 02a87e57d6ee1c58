import { z } from 'zod'
import { MAX_SCOPES, MAX_TOKEN_LENGTH } from './grant-tokens.ts'
import { parseScopes } from './scopes.ts'

/** A successful answer of the token endpoint (RFC 6749 §5.1). */
export interface TokenAnswer {
  readonly accessToken: string
  readonly expiresInMs: number
  readonly refreshToken?: string | undefined
  /** Absent when Google left it out, which means "as asked for" (RFC 6749 §5.1). */
  readonly scopes?: readonly string[] | undefined
  readonly idToken?: string | undefined
}

const DEFAULT_EXPIRES_IN_S = 1_800
const MAX_EXPIRES_IN_S = 86_400
const MAX_SCOPE_TEXT = 16_384

const schema = z.object({
  access_token: z.string().min(1).max(MAX_TOKEN_LENGTH),
  expires_in: z.coerce.number().positive().catch(DEFAULT_EXPIRES_IN_S),
  refresh_token: z.string().max(MAX_TOKEN_LENGTH).optional(),
  scope: z.string().max(MAX_SCOPE_TEXT).optional(),
  id_token: z.string().optional(),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .optional(),
})

/** `undefined` for what is no such answer: an HTML page with status 200, a body cut short. */
export function readTokenAnswer(body: unknown): TokenAnswer | undefined {
  const parsed = schema.safeParse(body)
  if (!parsed.success) return undefined
  const { access_token, expires_in, refresh_token, scope, id_token } = parsed.data
  const scopes = scope === undefined ? undefined : parseScopes(scope)
  if (scopes !== undefined && scopes.length > MAX_SCOPES) return undefined
  return {
    accessToken: access_token,
    expiresInMs: Math.min(expires_in, MAX_EXPIRES_IN_S) * 1_000,
    refreshToken: refresh_token === '' ? undefined : refresh_token,
    scopes,
    idToken: id_token,
  }
}
