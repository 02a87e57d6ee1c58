import { AT_ONCE } from '../../contracts/at-once.ts'
import type { Departure } from '../../contracts/departure.ts'
import { canBeGone } from '../calendar-probe.ts'
import { BULK_CONCURRENCY, BULK_SLICE_MS, LATE_WRITE_MS, LINKS_PAGE } from '../limits.ts'
import { type AccountPass, isInterruption, PassEnded, type PassTarget } from '../pass/account-pass.ts'
import { Listing, type Unclaimed } from '../pass/listing.ts'
import { openPass } from '../pass/open-pass.ts'
import { removeListed } from '../pass/remove-listed.ts'
import type { DepartureStep } from './step.ts'

type Removal =
  | { readonly next: 'done'; readonly known: Partial<Departure> }
  | { readonly next: 'later'; readonly set: Partial<Departure>; readonly dueAt: number }
  | { readonly next: 'failed'; readonly set: Partial<Departure> }

export const LEFT_BEHIND: Removal = Object.freeze({ next: 'done', known: { leftBehind: true } })

/** Codes of a grant that opens no calendar any more. */
const DEAD_GRANT: ReadonlySet<string> = new Set([
  'reauth-required',
  'token-missing',
  'sealed-with-unknown-key',
  'sealed-value-damaged',
])
/** Ends of a calendar that trying again does not change. */
const HOPELESS: ReadonlySet<string> = new Set(['scope', 'no-calendar', 'forbidden', 'misconfigured'])

/**
 * Lists what is ours by our private property and removes it, until nothing is listed and no write of before the
 * disconnect can still land (ENGINE D4). No link is written: the etag of the very state that was listed makes a
 * late delete harmless, and an event that comes back late is listed again.
 */
export async function removeEvents({
  engine,
  connection,
  departure,
  lease,
}: DepartureStep): Promise<Removal> {
  const { clock } = engine.deps.runtime
  const until = clock.now() + BULK_SLICE_MS
  let removed = 0
  let pass: AccountPass | undefined
  const progress = () => ({ removed: departure.removed + removed })
  try {
    pass = await openPass(engine, connection, lease)
    const { targets, openIntents } = await survey(pass)
    let left = false
    for (const target of targets) {
      const result = await emptyCalendar(pass, target, until, () => removed++)
      if (result === 'slice-over') return { next: 'later', set: progress(), dueAt: AT_ONCE }
      left ||= result === 'left'
    }
    const settledAt = departure.requestedAt + LATE_WRITE_MS
    if (openIntents && clock.now() < settledAt) return { next: 'later', set: progress(), dueAt: settledAt }
    return { next: 'done', known: { ...progress(), ...(left && { leftBehind: true }) } }
  } catch (error) {
    if (!(error instanceof PassEnded) || isInterruption(error)) throw error
    if (DEAD_GRANT.has(error.message)) return { next: 'done', known: { ...progress(), leftBehind: true } }
    if (error.failure?.kind === 'unauthorized') await pass?.refuseToken()
    return { next: 'failed', set: progress() }
  }
}

/** Every calendar that links name, and whether a write may still be under way. */
async function survey(pass: AccountPass) {
  const { links } = pass.engine.deps.state
  const { account, target } = pass.connection
  const targets = new Map<string, PassTarget>()
  if (target && target.calendarId !== '') targets.set(target.key, target)
  let openIntents = false
  let after: string | undefined
  do {
    const page = await links.page(account, { after, limit: LINKS_PAGE })
    for (const link of page.links) {
      if (link.detached) continue
      targets.set(link.target, { key: link.target, calendarId: link.calendarId })
      openIntents ||= link.intents.some(intent => intent.kind !== 'delete')
    }
    after = page.next
  } while (after !== undefined)
  return { targets: [...targets.values()], openIntents }
}

async function emptyCalendar(
  pass: AccountPass,
  target: PassTarget,
  until: number,
  onRemoved: () => void,
): Promise<'empty' | 'left' | 'slice-over'> {
  const { clock } = pass.engine.deps.runtime
  /** Google refuses these alone, such as what became somebody else's: the others go all the same. */
  const refused = new Set<string>()
  try {
    for (;;) {
      const events = (await Listing.of(pass, target)).rest().filter(({ eventId }) => !refused.has(eventId))
      if (events.length === 0) return refused.size > 0 ? 'left' : 'empty'
      const queue = events[Symbol.iterator]()
      const worker = async (): Promise<void> => {
        for (const event of queue) {
          if (clock.now() >= until) return
          pass.mayGoOn()
          if (await isRemoved(pass, target, event)) onRemoved()
          else refused.add(event.eventId)
        }
      }
      await Promise.all(Array.from({ length: BULK_CONCURRENCY }, worker))
      if (clock.now() >= until) return 'slice-over'
    }
  } catch (error) {
    const kind = error instanceof PassEnded ? error.failure?.kind : undefined
    // The calendar is gone, and its events with it.
    if (kind === 'not-found') return canBeGone(target) ? 'empty' : 'left'
    if (kind !== undefined && HOPELESS.has(kind)) return 'left'
    throw error
  }
}

async function isRemoved(pass: AccountPass, target: PassTarget, event: Unclaimed): Promise<boolean> {
  try {
    await removeListed(pass, target, event)
    return true
  } catch (error) {
    if (error instanceof PassEnded && error.failure?.kind === 'forbidden') return false
    throw error
  }
}
