import type { AppointmentRef } from '../../contracts/identity.ts'
import type { Link } from '../../contracts/link.ts'
import type { NewMark } from '../../contracts/mark-store.ts'
import { COMPARED_AT_ONCE, LINKS_PAGE } from '../limits.ts'
import { type AccountPass, breathe, bulkMark, readMany, windowStartOf } from './account-pass.ts'
import { adopt, findOwn } from './adopt.ts'
import { changesOf } from './changes.ts'
import { examine } from './examine.ts'
import { type HeldFinding, letHappen } from './guarded-findings.ts'
import { Listing } from './listing.ts'
import { removeOrphans } from './orphans.ts'

/**
 * Repair (ENGINE G): compares everything the app has with everything of ours in Google. Creations and updates are
 * marked page by page; removals and moves wait until the whole is known and counted. Daily, on connect, on Sync Now.
 */
export async function repair(pass: AccountPass): Promise<{ readonly cursor: string | undefined }> {
  const listing = await Listing.of(pass)
  const held: HeldFinding[] = []
  const seen = new Set<string>()
  const linked = await hasLinks(pass)
  let cursor: string | undefined
  let checked = 0
  let marked = 0
  for await (const page of changesOf(pass, undefined)) {
    const marks = await compare(pass, page.refs, listing, held, { linked, seen })
    cursor = page.cursor
    checked += page.refs.length
    marked += marks
    await pass.progress({ checked, marked })
  }
  for await (const refs of unseenLinks(pass, seen, listing)) {
    marked += await compare(pass, refs, listing, held)
    checked += refs.length
    await pass.progress({ checked, marked })
  }
  const orphans = listing.rest()
  await letHappen(pass, held)
  await removeOrphans(pass, orphans)
  return { cursor }
}

/** Inserts a mark for each ref that needs a run, and collects what only the whole pass may decide. */
export async function compare(
  pass: AccountPass,
  refs: readonly AppointmentRef[],
  listing: Listing | undefined,
  held: HeldFinding[],
  options: CompareOptions = {},
): Promise<number> {
  let marked = 0
  for (let at = 0; at < refs.length; at += COMPARED_AT_ONCE)
    marked += await compareSome(pass, refs.slice(at, at + COMPARED_AT_ONCE), listing, held, options)
  return marked
}

interface CompareOptions {
  /** `false`: the account has no links yet, so that none need be looked for. */
  readonly linked?: boolean
  /** Gets the appointments that no listed event tells to have been compared. */
  readonly seen?: Set<string>
}

async function compareSome(
  pass: AccountPass,
  refs: readonly AppointmentRef[],
  listing: Listing | undefined,
  held: HeldFinding[],
  { linked = true, seen }: CompareOptions,
): Promise<number> {
  const { engine, connection } = pass
  const { mapper, state } = engine.deps
  const linksOf = linked ? await ownLinks(pass, refs) : new Map<string, readonly Link[]>()
  const known = refs.filter(ref => (linksOf.get(ref.appointmentId)?.length ?? 0) > 0)
  const raws = new Map((await readMany(engine, known)).map((raw, i) => [known[i]?.appointmentId, raw]))
  const windowStart = windowStartOf(engine)
  const listed = (eventId: string) => listing?.listed(eventId) ?? 'unlisted'
  const marks: NewMark[] = []
  const adoptions: { ref: AppointmentRef; generation: number }[] = []
  for (const ref of refs) {
    const links = linksOf.get(ref.appointmentId) ?? []
    if (links.length === 0) {
      const generation = listing && findOwn(pass, ref, listing)
      if (generation !== undefined) adoptions.push({ ref, generation })
      marks.push(bulkMark(connection, ref, 'found', generation !== undefined))
      continue
    }
    const raw = raws.get(ref.appointmentId)
    const finding = examine({ mapper, connection, windowStart, raw, links, listed })
    if (finding === 'fine') continue
    const current = links.find(link => link.target === connection.target?.key)
    // What was told of while the account was blocked is no finding (ENGINE A6, C5).
    const origin = current?.behind ? 'planned' : 'found'
    if (finding === 'changed') marks.push(bulkMark(connection, ref, origin))
    else if (finding === 'verify') marks.push(bulkMark(connection, ref, origin, true))
    else if (origin === 'planned') marks.push(bulkMark(connection, ref, origin))
    else if (current) held.push({ ref, kind: finding, linkVersion: current.version })
  }
  if (listing) accountFor(pass, listing, linksOf, adoptions)
  for (const { appointmentId } of refs) {
    const links = linksOf.get(appointmentId) ?? []
    if (links.length === 0 || !links.every(link => listing?.isAccountedFor(link.eventId)))
      seen?.add(appointmentId)
  }
  if (marks.length > 0) await state.marks.insert(marks)
  for (const { ref, generation } of adoptions) await adopt(pass, ref, generation)
  return marks.length
}

/** A first backfill has none, and need not ask for each ref. */
async function hasLinks(pass: AccountPass): Promise<boolean> {
  const { links } = await pass.engine.deps.state.links.page(pass.connection.account, { limit: 1 })
  return links.length > 0
}

async function ownLinks(
  pass: AccountPass,
  refs: readonly AppointmentRef[],
): Promise<Map<string, readonly Link[]>> {
  const found = new Map<string, readonly Link[]>()
  for (const [i, ref] of refs.entries()) {
    await breathe(pass.engine, i)
    const links = await pass.engine.deps.state.links.ofRef(ref)
    const own = links.filter(link => link.account.userId === pass.connection.account.userId)
    if (own.length > 0) found.set(ref.appointmentId, own)
  }
  return found
}

/** Links that `changes` did not list: deleted, past, or re-assigned. Each is confirmed by `get`. */
async function* unseenLinks(
  pass: AccountPass,
  seen: ReadonlySet<string>,
  listing: Listing,
): AsyncGenerator<readonly AppointmentRef[]> {
  const { links } = pass.engine.deps.state
  let after: string | undefined
  do {
    pass.mayGoOn()
    const page = await links.page(pass.connection.account, { after, limit: LINKS_PAGE })
    const unseen = page.links.filter(
      link => !listing.isAccountedFor(link.eventId) && !seen.has(link.ref.appointmentId),
    )
    for (const link of page.links) listing.accountFor(link.eventId)
    if (unseen.length > 0) yield unseen.map(link => link.ref)
    after = page.next
  } while (after !== undefined)
}

function accountFor(
  pass: AccountPass,
  listing: Listing,
  links: ReadonlyMap<string, readonly Link[]>,
  adoptions: readonly { readonly ref: AppointmentRef; readonly generation: number }[],
): void {
  const { account, target } = pass.connection
  for (const own of links.values()) for (const link of own) listing.accountFor(link.eventId)
  if (target === undefined) return
  for (const { ref, generation } of adoptions) {
    listing.accountFor(pass.engine.deps.mapper.eventId(account, target.key, ref, generation))
  }
}
