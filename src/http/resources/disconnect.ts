import type { z } from 'zod'
import type { AccountRoute } from '../exchange.ts'
import { checkAs } from '../incoming.ts'
import { disconnectQuery, type disconnectResponse } from '../schemas.ts'

/** 202 while events are still being removed. Asking again is safe; `keep` then finishes at once. */
export const disconnect: AccountRoute = async (account, { config, query }) => {
  const asked = query.getAll('events')
  const { events } = checkAs(disconnectQuery, { events: asked.length === 1 ? asked[0] : undefined })
  const { status, revocation } = await config.operations.disconnect(account, { events })
  const body: z.output<typeof disconnectResponse> = { status, ...(revocation && { revocation }) }
  return { status: status === 'disconnecting' ? 202 : 200, body }
}
