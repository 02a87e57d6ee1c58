import { createHash } from 'node:crypto'
import type { StoredGrant } from './sealed-token-store.ts'

/** Refreshed 60 to 300 s early: spread, so that processes and accounts do not all refresh at once. */
export const REFRESH_EARLY_MIN_MS = 60_000
export const REFRESH_EARLY_MAX_MS = 300_000

/** Time to refresh. The moment depends on the process and the token, so that asking often does not bring it on. */
export function isDue(grant: StoredGrant, now: number, instance: string): boolean {
  const hash = createHash('sha256').update(`${instance}/${grant.version}`).digest()
  const spread = hash.readUInt32BE(0) / 0x1_00_00_00_00
  const early = REFRESH_EARLY_MIN_MS + spread * (REFRESH_EARLY_MAX_MS - REFRESH_EARLY_MIN_MS)
  return now >= grant.tokens.accessTokenExpiresAt - early
}

/** Good for a request or two yet: used while another process refreshes, or while Google gives no answer. */
export function isUsable(grant: StoredGrant, now: number): boolean {
  return now < grant.tokens.accessTokenExpiresAt - REFRESH_EARLY_MIN_MS
}
