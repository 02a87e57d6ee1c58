import type { z } from 'zod'
import { checkRef } from '../../check-arguments.ts'
import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { AppointmentStatus } from '../../sync/status.ts'
import type { AccountRoute, Exchange } from '../exchange.ts'
import { decodeId } from '../incoming.ts'
import { HttpProblem } from '../problem.ts'
import type { appointmentResponse } from '../schemas.ts'
import { ACCEPTED } from './sync.ts'
import { optionalTime } from './times.ts'

export const appointment: AccountRoute = async (account, exchange) => {
  const { standing } = await ownAppointment(account, exchange)
  return { status: 200, body: view(standing) }
}

export const retryAppointment: AccountRoute = async (account, exchange) => {
  const { ref } = await ownAppointment(account, exchange)
  await exchange.config.operations.retry(ref, account)
  return { status: 202, body: ACCEPTED }
}

/** The workspace is the session's, always. Somebody else's appointment does not exist. */
async function ownAppointment(
  account: AccountRef,
  { config, ids }: Exchange,
): Promise<{ readonly ref: AppointmentRef; readonly standing: AppointmentStatus }> {
  const ref = checkRef({ workspaceId: account.workspaceId, appointmentId: decodeId(ids[0]) })
  const standing = await config.operations.accountAppointmentStatus(account, ref)
  if (standing === undefined) throw new HttpProblem('not-found')
  return { ref, standing }
}

function view(standing: AppointmentStatus): z.output<typeof appointmentResponse> {
  const { status, cause, notes, attempts, nextTryAt, lastSyncedAt } = standing
  return {
    status,
    ...(cause !== undefined && { cause }),
    notes: [...notes],
    attempts,
    ...optionalTime('next_try_at', nextTryAt),
    ...optionalTime('last_synced_at', lastSyncedAt),
  }
}
