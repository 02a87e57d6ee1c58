import type { GoogleEvent } from '../contracts/google-event.ts'
import type { FieldFingerprints, Intent } from '../contracts/link.ts'
import type { LinkFields } from '../contracts/link-store.ts'
import type { GoogleFailure } from '../google/api.ts'
import { showsEdits } from './observe.ts'
import type { View } from './plan.ts'

/** A write was acknowledged: it and every earlier intent of the event are answered (ENGINE B1). */
export function acknowledged(
  link: LinkFields,
  intent: Intent,
  event: GoogleEvent | undefined,
  seen: FieldFingerprints | undefined,
  now: number,
): LinkFields {
  const gone = event === undefined || event.status === 'cancelled'
  return {
    ...link,
    intents: [],
    takenSince: undefined,
    event: gone ? 'deleted' : 'live',
    etag: event?.etag,
    // A tombstone that took our patch is gone in Google, and still ours: the next turn decides.
    sent: intent.kind === 'delete' ? undefined : (intent.sent ?? link.sent),
    seen: gone ? undefined : seen,
    writeNumber: intent.number,
    appVersion: intent.appVersion,
    mailedVersion: intent.mailed ? intent.appVersion : link.mailedVersion,
    syncedAt: now,
  }
}

/** What an answer without success means for the event, and who has to act on it. */
export type FailureVerdict =
  /** Known better now: plan again. */
  | { readonly next: 'again'; readonly view: View; readonly precondition?: boolean }
  /** A 404 that may be the calendar's: probe it, then plan again with the event gone (ENGINE B10). */
  | { readonly next: 'probe'; readonly view: View }
  /** This appointment alone waits for a change (ENGINE C3). */
  | { readonly next: 'park'; readonly view: View }
  /** The account's affair: token, scope, quota, rate, network. */
  | { readonly next: 'account'; readonly view: View }

export function foldFailure(view: View, intent: Intent, failure: GoogleFailure): FailureVerdict {
  const link = failure.definitive ? without(view, intent) : view.link
  const stale: View = {
    ...view,
    link: { ...link, etag: undefined },
    fresh: false,
    observed: undefined,
    drifted: [],
  }
  switch (failure.kind) {
    case 'duplicate': {
      const takenSince = link.takenSince ?? intent.at
      return { next: 'again', view: { ...stale, link: { ...stale.link, event: 'unknown', takenSince } } }
    }
    case 'precondition':
      return { next: 'again', view: stale, precondition: true }
    case 'deleted':
      return { next: 'again', view: { ...stale, link: { ...stale.link, event: 'deleted' } } }
    case 'not-found': {
      // Purged, so that an insert works again, or as good as refused: its id may stay taken.
      if (intent.kind === 'revive')
        return {
          next: 'probe',
          view: { ...stale, reviveRefused: true, link: { ...stale.link, event: 'none' } },
        }
      return { next: 'probe', view: { ...stale, fresh: true, link: { ...stale.link, event: 'none' } } }
    }
    case 'forbidden':
    case 'invalid':
      if (intent.kind === 'revive') return { next: 'again', view: { ...view, link, reviveRefused: true } }
      return { next: 'park', view: { ...view, link } }
    default:
      return { next: 'account', view: { ...view, link } }
  }
}

/** What a person had changed is still there, to be overwritten or left: the etag goes, so that it is read again. */
function without(view: View, intent: Intent): LinkFields {
  const { link } = view
  const intents = link.intents.filter(other => other.number !== intent.number)
  const isEdited = showsEdits(view) || intent.overwrites !== undefined
  return { ...link, intents, etag: isEdited ? undefined : link.etag }
}
