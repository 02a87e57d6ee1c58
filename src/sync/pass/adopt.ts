import type { AppointmentRef } from '../../contracts/identity.ts'
import { ADOPT_GENERATIONS, CLAIM_HOLD_MS } from '../limits.ts'
import type { AccountPass } from './account-pass.ts'
import type { Listing } from './listing.ts'

/** Finds the listed event of a ref that has no link, by deriving its possible ids (ENGINE B5). */
export function findOwn(pass: AccountPass, ref: AppointmentRef, listing: Listing): number | undefined {
  const { account, target } = pass.connection
  if (target === undefined) return undefined
  for (let generation = 0; generation < ADOPT_GENERATIONS; generation++) {
    if (listing.has(pass.engine.deps.mapper.eventId(account, target.key, ref, generation))) return generation
  }
  return undefined
}

/**
 * Gives the event a link before anything is inserted (ENGINE D2). The mark stays: the run that answers it reads
 * the event and decides. Needs a due mark of the ref to claim it.
 */
export async function adopt(pass: AccountPass, ref: AppointmentRef, generation: number): Promise<void> {
  const { state, mapper } = pass.engine.deps
  const { account, target, epoch, settingsVersion } = pass.connection
  if (target === undefined) return
  const claim = await state.claims.claim(ref, { holdMs: CLAIM_HOLD_MS })
  if (!claim) return
  const known = claim.links.some(link => link.account.userId === account.userId && link.target === target.key)
  if (!known) {
    await state.links.write(claim, {
      account,
      target: target.key,
      expectedVersion: null,
      epoch,
      settingsVersion,
      set: {
        calendarId: target.calendarId,
        eventId: mapper.eventId(account, target.key, ref, generation),
        generation,
        event: 'unknown',
        intents: [],
        settingsVersion,
        behind: false,
        kept: false,
        status: 'pending',
        notes: [],
      },
    })
  }
  await state.claims.finish(claim, { deleteMarks: [], addMarks: [] })
}
