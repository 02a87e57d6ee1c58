import type { GoogleEvent } from '../contracts/google-event.ts'
import type { FieldFingerprints } from '../contracts/link.ts'
import type { LinkFields } from '../contracts/link-store.ts'
import { hasValue } from '../mapping/index.ts'
import { LATE_WRITE_MS } from './limits.ts'
import type { View } from './plan.ts'

/** What a read of the event showed. */
export type Reading =
  | { readonly found: false }
  | {
      readonly found: true
      readonly event: GoogleEvent
      /** Number in the marker when the marker verifies for this event, account and target. */
      readonly writeNumber: number | undefined
      /** The link is older than the present identity key, so that it alone is proof (ENGINE E). */
      readonly inherited: boolean
      /** Fingerprints of Google's values of our fields. */
      readonly values: FieldFingerprints
    }

/**
 * Folds a read into the view. Seeing closes no intent (ENGINE B1): only age does, with this read as the one more
 * read that age asks for.
 */
export function observe(view: View, reading: Reading, now: number): View {
  const isThere = reading.found && reading.event.status !== 'cancelled'
  const kept = withoutExpired(view.link, now, isThere ? reading.writeNumber : undefined)
  const link = reading.found ? { ...kept, takenSince: undefined } : kept
  const blank: View = {
    ...view,
    fresh: true,
    observed: undefined,
    event: undefined,
    drifted: [],
    foreign: false,
  }
  if (!reading.found) return { ...blank, link: { ...link, event: 'none', etag: undefined } }
  const { event, writeNumber, values, inherited } = reading
  const mailedVersion = mailedBy(view.link, writeNumber)
  if (event.status === 'cancelled') {
    const sent = link.sent ?? insertedBefore(view.link, event.etag)
    return { ...blank, link: { ...link, sent, event: 'deleted', etag: event.etag, mailedVersion } }
  }
  if (writeNumber === undefined && !inherited) return { ...blank, link, foreign: true }
  // Also of an etag that is known: an edit may have been met by a write of ours that never came to anything.
  if (event.etag === link.etag) {
    return {
      ...blank,
      link: { ...link, event: 'live' },
      observed: values,
      event,
      drifted: drift(link, values),
    }
  }
  const base = baseOf(view.link, writeNumber)
  return {
    ...blank,
    link: { ...link, ...base, event: 'live', etag: event.etag, writeNumber, mailedVersion },
    observed: values,
    event,
    drifted: drift(base, values),
  }
}

/** What was read holds a person's work that the link knows nothing of: changed, or filled in where the app had nothing. */
export function showsEdits({ link: { seen }, observed, drifted }: View): boolean {
  if (drifted.length > 0) return true
  if (seen === undefined || observed === undefined) return false
  return Object.entries(observed).some(([field, value]) => seen[field] === undefined && hasValue(value))
}

function drift({ seen }: Pick<LinkFields, 'seen'>, values: FieldFingerprints): readonly string[] {
  return seen === undefined ? [] : differing(seen, values)
}

/**
 * A tombstone where we never heard of a success: an insert or a revival of ours had landed, and a person deleted the
 * event. Not when a later delete of ours explains it, or when it is the very tombstone that was to be revived.
 */
function insertedBefore({ intents, etag }: LinkFields, tombstone: string | undefined): LinkFields['sent'] {
  const made = intents.findLast(({ kind }) => kind === 'insert' || kind === 'revive')
  if (made === undefined || intents.some(({ kind, number }) => kind === 'delete' && number > made.number))
    return undefined
  return made.kind === 'revive' && etag === tombstone ? undefined : made.sent
}

/** The number in the marker tells which of our writes the event last took (ENGINE B3). */
function baseOf(
  link: LinkFields,
  writeNumber: number | undefined,
): Pick<LinkFields, 'sent' | 'seen' | 'appVersion'> {
  if (writeNumber === undefined) return UNKNOWN_BASE
  const landed = link.intents.find(intent => intent.number === writeNumber)
  if (landed) return { sent: landed.sent, seen: landed.sent?.fields, appVersion: landed.appVersion }
  if (link.writeNumber === writeNumber)
    return { sent: link.sent, seen: link.seen, appVersion: link.appVersion }
  return UNKNOWN_BASE
}

/**
 * A write that told the clients may have landed unheard: its intent goes with its age, the mail does not. Only what
 * is newer than the event's own number has certainly not been sent.
 */
function mailedBy(
  { intents, mailedVersion }: LinkFields,
  writeNumber: number | undefined,
): string | undefined {
  const told = intents.findLast(
    ({ mailed, number }) => mailed && (writeNumber === undefined || number <= writeNumber),
  )
  return told ? told.appVersion : mailedVersion
}

const UNKNOWN_BASE = Object.freeze({ sent: undefined, seen: undefined, appVersion: undefined })

function differing(seen: FieldFingerprints, values: FieldFingerprints): string[] {
  return Object.keys(seen).filter(field => values[field] !== seen[field])
}

/** One that landed and replaced something of a person's stays until the next answer, which reports it (ENGINE B8). */
function withoutExpired(link: LinkFields, now: number, landed: number | undefined): LinkFields {
  const intents = link.intents.filter(
    intent =>
      intent.at + LATE_WRITE_MS > now ||
      (intent.number === landed && (intent.overwrites !== undefined || intent.restores)),
  )
  return intents.length === link.intents.length ? link : { ...link, intents }
}
