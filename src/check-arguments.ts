import { type AccountRef, type AppointmentRef, MAX_ID_LENGTH } from './contracts/identity.ts'
import { CalendarSyncError } from './errors.ts'

/** A plain copy of the account, or an `argument-invalid` that says what is wrong. */
export function checkAccount(account: AccountRef): AccountRef {
  return {
    workspaceId: checkId('workspaceId', account?.workspaceId),
    userId: checkId('userId', account?.userId),
  }
}

export function checkRef(ref: AppointmentRef): AppointmentRef {
  const workspaceId = checkId('workspaceId', ref?.workspaceId)
  return { workspaceId, appointmentId: checkId('appointmentId', ref?.appointmentId) }
}

function checkId(name: string, value: unknown): string {
  const fits = typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH
  if (fits && value.isWellFormed() && !value.includes('\0')) return value
  throw new CalendarSyncError(
    'argument-invalid',
    `${name}: pass a string of 1 to ${MAX_ID_LENGTH} characters.`,
  )
}
