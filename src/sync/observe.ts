import type { GoogleEvent } from '../contracts/google-event.ts'
import type { FieldFingerprints } from '../contracts/link.ts'
import type { LinkFields } from '../contracts/link-store.ts'
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
  const link = withoutExpired(view.link, now)
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
  if (event.status === 'cancelled') return { ...blank, link: { ...link, event: 'deleted', etag: event.etag } }
  if (writeNumber === undefined && !inherited) return { ...blank, link, foreign: true }
  if (event.etag === link.etag) return { ...blank, link: { ...link, event: 'live' }, observed: values, event }
  const base = baseOf(view.link, writeNumber)
  const drifted = base.seen === undefined ? [] : differing(base.seen, values)
  return {
    ...blank,
    link: { ...link, ...base, event: 'live', etag: event.etag, writeNumber },
    observed: values,
    event,
    drifted,
  }
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

const UNKNOWN_BASE = Object.freeze({ sent: undefined, seen: undefined, appVersion: undefined })

function differing(seen: FieldFingerprints, values: FieldFingerprints): string[] {
  return Object.keys(seen).filter(field => values[field] !== seen[field])
}

function withoutExpired(link: LinkFields, now: number): LinkFields {
  const intents = link.intents.filter(intent => intent.at + LATE_WRITE_MS > now)
  return intents.length === link.intents.length ? link : { ...link, intents }
}
