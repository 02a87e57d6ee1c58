import { type AccountPass, PassEnded, type PassTarget, read } from './account-pass.ts'
import type { Unclaimed } from './listing.ts'

const GONE: ReadonlySet<string> = new Set(['precondition', 'not-found', 'deleted'])

/** Deletes an event in the very state that was listed. One that has gone or moved on since is left to the next listing. */
export async function removeListed(
  pass: AccountPass,
  target: PassTarget,
  { eventId, etag }: Pick<Unclaimed, 'eventId' | 'etag'>,
): Promise<void> {
  const at = { calendarId: target.calendarId, eventId }
  try {
    const ifMatch = etag ?? (await readEtag(pass, target, eventId))
    if (ifMatch !== undefined)
      await read(pass, () => pass.api.deleteEvent(at, { sendUpdates: 'none', ifMatch }))
  } catch (error) {
    if (!(error instanceof PassEnded && error.failure && GONE.has(error.failure.kind))) throw error
  }
}

/** The list told none, so the event is read first (ENGINE B3), and must still be ours. */
async function readEtag(
  pass: AccountPass,
  { key, calendarId }: PassTarget,
  eventId: string,
): Promise<string | undefined> {
  const event = await read(pass, () => pass.api.getEvent({ calendarId, eventId }))
  const { account } = pass.connection
  const marker = pass.engine.deps.mapper.readMarker({ eventId, account, target: key }, event)
  return marker.verified && event.status !== 'cancelled' ? event.etag : undefined
}
