import type { GoogleEvent } from '../contracts/google-event.ts'
import type { Fingerprints, Intent } from '../contracts/link.ts'
import type { LinkFields } from '../contracts/link-store.ts'
import { hasValue } from '../mapping/index.ts'
import { ADOPT_GENERATIONS, LATE_WRITE_MS, MAX_OPEN_INTENTS } from './limits.ts'

/**
 * The planner: from what is known of one event and what the app wants, the next single step. Pure: no I/O, no
 * clock. The shell (push.ts) carries the step out, folds the answer into the view (outcome.ts, observe.ts) and
 * asks again, so every fallback is a new turn with an intent of its own (ENGINE B1).
 */
export function plan(view: View, wanted: Wanted, context: PlanContext): Step {
  const { link } = view
  if (link.problem?.parked && !context.verify && isParked(link.problem.parked, wanted, context))
    return { do: 'parked' }
  if (view.foreign) return open(link).length > 0 ? waitForLate(view, context) : { do: 'raise-generation' }
  return wanted.kind === 'absent' ? planAbsent(view, context) : planPresent(view, wanted, context)
}

/** What is known of the event, folded with what this run has read. */
export interface View {
  readonly link: LinkFields
  /** The event was read after the last request of this run that could have changed it. */
  readonly fresh: boolean
  /** Fingerprints of Google's present values of our fields, when it was read live. */
  readonly observed?: Readonly<Record<string, string>> | undefined
  /** The event as read, for what a write must carry along. */
  readonly event?: GoogleEvent | undefined
  /** Owned fields that a person changed since we last knew them. */
  readonly drifted: readonly string[]
  /** Something that is not provably ours sits at our event id. */
  readonly foreign: boolean
  /** Google refused to bring the tombstone back. */
  readonly reviveRefused: boolean
}

export type Wanted =
  | {
      readonly kind: 'present'
      readonly prints: Fingerprints
      readonly version: string
      /** Inside the window, so that it may be created (ENGINE B11). */
      readonly inWindow: boolean
      /** Ends in the future, so that it is worth bringing back (ENGINE B8). */
      readonly future: boolean
      /** Clients are to be told of this version, if that has not been done (ENGINE B9). */
      readonly mail: boolean
    }
  | { readonly kind: 'absent' }

export interface PlanContext {
  /** The store's clock. */
  readonly now: number
  readonly settingsVersion: number
  /** Read the event first: a retry, Sync Now or a repair asked. */
  readonly verify: boolean
  /** The host itself said that this appointment changed. */
  readonly told: boolean
}

export type Step =
  | { readonly do: 'done'; readonly as: 'synced' | 'out-of-window' | 'gone-in-google' | 'kept' }
  | { readonly do: 'parked' }
  | { readonly do: 'read' }
  | { readonly do: 'insert'; readonly mail: boolean; readonly restores: boolean }
  | { readonly do: 'revive'; readonly mail: boolean; readonly restores: boolean }
  | {
      readonly do: 'patch'
      readonly write: readonly string[]
      readonly clear: readonly string[]
      /** Fields the app emptied and a person rewrote: they stay (ENGINE B6). */
      readonly keep: readonly string[]
      readonly overwrites: readonly string[]
      readonly mail: boolean
    }
  | { readonly do: 'delete' }
  | { readonly do: 'raise-generation' }
  | { readonly do: 'wait'; readonly ms: number }

export type WriteStep = Extract<Step, { readonly do: 'insert' | 'revive' | 'patch' | 'delete' }>

function planPresent(view: View, wanted: Wanted & { kind: 'present' }, context: PlanContext): Step {
  const { link } = view
  const mail = wanted.mail && !mailedFor(link, wanted.version)
  const wasOurs = link.sent !== undefined
  // Only a read closes an intent that can no longer land (ENGINE B1): without one they would pile up.
  const unread = !view.fresh && link.intents.some(intent => intent.at + LATE_WRITE_MS <= context.now)
  if (unread && link.intents.length >= MAX_OPEN_INTENTS) return { do: 'read' }
  if (link.event === 'unknown') return { do: 'read' }
  if (link.event === 'live') {
    // Of an unknown base it must be seen what is there, or something we once wrote could stay.
    const unseen = link.sent === undefined && view.observed === undefined
    // Only a read tells whether a person's edit still stands where a write of ours, unanswered, was to go over it.
    const inDoubt =
      view.observed === undefined && link.intents.some(intent => intent.overwrites !== undefined)
    if (link.etag === undefined || unseen || inDoubt || (context.verify && !view.fresh)) return { do: 'read' }
    const change = difference(view, wanted, context)
    // The guest list is replaced as a whole: without a fresh read it would take back the guests' answers.
    if (change.write.includes('attendees') && link.sent?.fields.attendees && !view.fresh)
      return { do: 'read' }
    const nothing = change.write.length === 0 && change.clear.length === 0
    if (nothing && link.intents.length === 0) return { do: 'done', as: 'synced' }
    return { do: 'patch', ...change, mail }
  }
  if (link.intents.length === 0) {
    if (wasOurs && !wanted.future) return { do: 'done', as: 'gone-in-google' }
    if (!wasOurs && !wanted.inWindow) return { do: 'done', as: 'out-of-window' }
  }
  if (link.event === 'none')
    return isTaken(view, context) ? { do: 'raise-generation' } : { do: 'insert', mail, restores: wasOurs }
  if (unread) return { do: 'read' }
  if (view.reviveRefused)
    return link.intents.length > 0 ? waitForLate(view, context) : { do: 'raise-generation' }
  return link.etag === undefined ? { do: 'read' } : { do: 'revive', mail, restores: wasOurs }
}

/**
 * The id is refused and nothing is there, for longer than a read may lag behind or a write be under way (ENGINE B4).
 * Not beyond the generations that adoption tries.
 */
function isTaken({ link, fresh }: View, { now }: PlanContext): boolean {
  const { takenSince, intents, generation } = link
  if (!fresh || intents.length > 0 || generation + 1 >= ADOPT_GENERATIONS) return false
  return takenSince !== undefined && takenSince + LATE_WRITE_MS <= now
}

function planAbsent(view: View, context: PlanContext): Step {
  const { link } = view
  if (link.kept && !context.told) return { do: 'done', as: 'kept' }
  if (link.event === 'unknown') return { do: 'read' }
  if (link.event === 'live') {
    return link.etag === undefined || (context.verify && !view.fresh) ? { do: 'read' } : { do: 'delete' }
  }
  // The user may have taken it out of the bin.
  if (link.event === 'deleted' && context.verify && !view.fresh) return { do: 'read' }
  // Only a write that could still bring the event back keeps us waiting: a late delete carries an old etag.
  if (open(link).length === 0) return { do: 'done', as: 'synced' }
  return view.fresh ? waitForLate(view, context) : { do: 'read' }
}

/** Nothing is there, and a write is still under way: look again once it can no longer land (ENGINE B2). */
function waitForLate(view: View, context: PlanContext): Step {
  const last = Math.max(...view.link.intents.map(intent => intent.at))
  return { do: 'wait', ms: Math.max(1, last + LATE_WRITE_MS - context.now) }
}

function open(link: LinkFields): readonly Intent[] {
  return link.intents.filter(intent => intent.kind !== 'delete')
}

function mailedFor(link: LinkFields, version: string): boolean {
  return (
    link.mailedVersion === version ||
    link.intents.some(intent => intent.mailed && intent.appVersion === version)
  )
}

/** Which of our fields to send: those the app changed, and those a person changed that the app still owns. */
function difference(view: View, wanted: Wanted & { kind: 'present' }, context: PlanContext) {
  const { link, drifted } = view
  const sent = link.sent?.fields
  const now = wanted.prints.fields
  const write: string[] = []
  const clear: string[] = []
  const keep: string[] = []
  // Of an event with an unknown base we may have written all that it shows: what the app withholds now must go.
  if (sent === undefined)
    clear.push(...Object.keys(view.observed ?? {}).filter(field => now[field] === undefined))
  for (const field of new Set([...Object.keys(sent ?? {}), ...Object.keys(now)])) {
    const edited = drifted.includes(field)
    if (now[field] === undefined) {
      const scrub = link.settingsVersion !== context.settingsVersion
      if (edited && !scrub) keep.push(field)
      else clear.push(field)
    } else if (sent === undefined) {
      if (view.observed?.[field] !== now[field]) write.push(field)
    } else if (now[field] !== sent[field] || edited) write.push(field)
  }
  const taken = write.filter(field => isTakenOver(view, field, now[field]))
  const lost = drifted.filter(field => write.includes(field) || clear.includes(field))
  const overwrites = [...new Set([...lost, ...taken])]
  return { write, clear, keep, overwrites }
}

/** The app had nothing to say there until now, and what stands there is a person's own. */
function isTakenOver({ link, observed }: View, field: string, now: string | undefined): boolean {
  if (link.sent === undefined || link.sent.fields[field] !== undefined) return false
  const there = (observed ?? link.seen)?.[field]
  return hasValue(there) && there !== now
}

function isParked(
  parked: { tag: string; settingsVersion: number },
  wanted: Wanted,
  context: PlanContext,
): boolean {
  return parked.settingsVersion === context.settingsVersion && parked.tag === parkTag(wanted)
}

/** What a parked link compares, to notice that the appointment or the mapping changed (ENGINE C3). */
export function parkTag(wanted: Wanted): string {
  return wanted.kind === 'present' ? wanted.prints.whole : 'absent'
}
