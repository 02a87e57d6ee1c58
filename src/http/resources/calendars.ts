import type { z } from 'zod'
import type { AccountRoute } from '../exchange.ts'
import type { calendarsResponse } from '../schemas.ts'

export const calendars: AccountRoute = async (account, { config }) => {
  const offered = await config.operations.calendars(account)
  const body: z.output<typeof calendarsResponse> = {
    calendars: offered.map(({ kind, name, chosen }) => ({
      kind,
      ...(name !== undefined && { name }),
      chosen,
    })),
  }
  return { status: 200, body }
}
