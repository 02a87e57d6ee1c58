import { createHmac } from 'node:crypto'
import { canonicalBytes } from './canonical-bytes.ts'
import type { IdentityKey } from './identity-key.ts'

/** 128 bits, as 22 characters. */
const TAG_BYTES = 16

/** The index by which connections of one Google account are found, without keeping its `sub` readable. */
export function subjectOf(identity: IdentityKey, sub: string): string {
  return tag(identity.derive('subject'), [sub])
}

/** Names a target in links: a Google account and a calendar in it. `primary` stays literal. */
export function targetKey(identity: IdentityKey, sub: string, calendarId: string): string {
  return tag(identity.derive('target'), [sub, calendarId])
}

function tag(key: Uint8Array, parts: readonly string[]): string {
  return createHmac('sha256', key)
    .update(canonicalBytes(parts))
    .digest()
    .subarray(0, TAG_BYTES)
    .toString('base64url')
}
