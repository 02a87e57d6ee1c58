import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'

/** Length-prefixed, so that no two lists of parts ever give one key, whatever characters they hold. */
export function keyOf(...parts: readonly string[]): string {
  let key = ''
  for (const part of parts) key += `${part.length}:${part}`
  return key
}

export const accountKey = (account: AccountRef): string => keyOf(account.workspaceId, account.userId)

export const refKey = (ref: AppointmentRef): string => keyOf(ref.workspaceId, ref.appointmentId)
