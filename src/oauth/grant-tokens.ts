import { z } from 'zod'
import type { AccountRef } from '../contracts/identity.ts'
import { CalendarSyncError } from '../errors.ts'
import type { SealContext } from './keyring.ts'

/** What Google granted to one account. Lives sealed in the token store and nowhere else. */
export interface GrantTokens {
  readonly refreshToken: string
  readonly accessToken: string
  /** Epoch ms by our clock; 0 once Google refused it. */
  readonly accessTokenExpiresAt: number
  /** Of the refresh token. */
  readonly scopes: readonly string[]
  /** The Google account. Keyed by this, never by the address, which may change hands. */
  readonly sub: string
  readonly email?: string | undefined
  readonly hostedDomain?: string | undefined
  /** Epoch ms. */
  readonly grantedAt: number
  /** The connection epoch that brought the grant: a run of an older epoch gets no token of it. */
  readonly epoch?: number | undefined
}

/** A Google `sub` is at most 255 ASCII characters: https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload */
export const MAX_SUB_LENGTH = 255
export const MAX_TOKEN_LENGTH = 8_192
export const MAX_SCOPES = 100

const token = z.string().min(1).max(MAX_TOKEN_LENGTH)

const grant = z.object({
  v: z.literal(1),
  kind: z.literal('grant'),
  refreshToken: token,
  accessToken: token,
  accessTokenExpiresAt: z.number(),
  scopes: z.array(z.string()).max(MAX_SCOPES),
  sub: z.string().min(1).max(MAX_SUB_LENGTH),
  email: z.string().optional(),
  hostedDomain: z.string().optional(),
  grantedAt: z.number(),
  epoch: z.number().optional(),
})

/** Holds no secret: it takes the place of a grant that may no longer be there, see `vacate`. */
const vacant = z.object({ v: z.literal(1), kind: z.literal('vacant') })

const record = z.discriminatedUnion('kind', [grant, vacant])

export const VACANT_TEXT = JSON.stringify({ v: 1, kind: 'vacant' })

export function grantText(tokens: GrantTokens): string {
  const checked = grant.safeParse({ ...tokens, v: 1, kind: 'grant' })
  // Zod's own error is dropped: what it says of a token is not ours to repeat.
  if (!checked.success)
    throw new CalendarSyncError('argument-invalid', 'The grant to be stored is not complete.')
  return JSON.stringify(checked.data)
}

/** `undefined` when the text is none of ours. */
export function readGrantText(text: string): GrantTokens | 'vacant' | undefined {
  const parsed = record.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  if (parsed.data.kind === 'vacant') return 'vacant'
  const { v: _v, kind: _kind, ...tokens } = parsed.data
  return tokens
}

export function tokenContext(account: AccountRef): SealContext {
  return { purpose: 'tokens', workspaceId: account.workspaceId, userId: account.userId }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
