import { type AccountPass, PassEnded, read } from './account-pass.ts'
import type { Unclaimed } from './listing.ts'

const GONE: ReadonlySet<string> = new Set(['precondition', 'not-found', 'deleted'])

/** Deletes an event in the very state that was listed. One that has gone or moved on since is left to the next listing. */
export async function removeListed(
  pass: AccountPass,
  calendarId: string,
  { eventId, etag }: Pick<Unclaimed, 'eventId' | 'etag'>,
): Promise<void> {
  const options = { sendUpdates: 'none', ...(etag !== undefined && { ifMatch: etag }) } as const
  try {
    await read(pass, () => pass.api.deleteEvent({ calendarId, eventId }, options))
  } catch (error) {
    if (!(error instanceof PassEnded && error.failure && GONE.has(error.failure.kind))) throw error
  }
}
