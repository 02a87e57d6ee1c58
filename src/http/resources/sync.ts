import type { z } from 'zod'
import type { AccountRoute } from '../exchange.ts'
import type { acceptedResponse, syncResponse } from '../schemas.ts'
import { progressView } from './views.ts'

export const ACCEPTED: z.output<typeof acceptedResponse> = Object.freeze({ accepted: true })

export const startSync: AccountRoute = async (account, { config }) => {
  await config.operations.syncNow(account)
  return { status: 202, body: ACCEPTED }
}

export const syncProgress: AccountRoute = async (account, { config }) => {
  const { progress, pending, failed } = await config.operations.status(account)
  const body: z.output<typeof syncResponse> = {
    running: progress !== undefined && progress.finishedAt === undefined,
    pending,
    failed,
    ...(progress && { progress: progressView(progress) }),
  }
  return { status: 200, body }
}
