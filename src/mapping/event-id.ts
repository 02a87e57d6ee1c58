import type { AccountRef, AppointmentRef } from '../contracts/identity.ts'
import type { KeyedHash } from './keyed-hash.ts'

const HEX_DIGITS = 40
const BASE32_DIGITS = 32
const TAG_DIGITS = 16

/** 160 bits in base32hex, the alphabet of Google's event ids. */
export function deriveEventId(
  hash: KeyedHash,
  account: AccountRef,
  target: string,
  ref: AppointmentRef,
  generation: number,
): string {
  const digest = hash('hex', 'event-id', [
    account.workspaceId,
    account.userId,
    target,
    ref.workspaceId,
    ref.appointmentId,
    String(generation),
  ])
  return BigInt(`0x${digest.slice(0, HEX_DIGITS)}`)
    .toString(32)
    .padStart(BASE32_DIGITS, '0')
}

/** Value of the list filter: one Google account may serve two workspaces in one calendar. */
export function deriveAccountTag(hash: KeyedHash, account: AccountRef): string {
  return hash('hex', 'account-tag', [account.workspaceId, account.userId]).slice(0, TAG_DIGITS)
}
