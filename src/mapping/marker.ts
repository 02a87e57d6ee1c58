import { timingSafeEqual } from 'node:crypto'
import type { GoogleEvent } from '../contracts/google-event.ts'
import type { KeyedHash } from './keyed-hash.ts'
import type { EventPlace } from './projection.ts'

/** Private properties of our events: the list filter, and the marker (ENGINE B5). */
export const TAG_PROPERTY = 'gcs'
export const MARKER_PROPERTY = 'gcsm'

/** What makes an event ours, stamped anew with each write. */
export interface Stamp {
  readonly eventId: string
  /** The account's tag, for the list filter `gcs=<tag>`. */
  readonly tag: string
  readonly marker: string
}

export type MarkerReading =
  | { readonly verified: true; readonly writeNumber: number }
  | { readonly verified: false }

const FORMAT = '1'
const MAC_CHARS = 22
const SHAPE = /^1\.([0-9a-z]{1,11})\.([\w-]{22})$/
const FOREIGN: MarkerReading = { verified: false }

export function encodeMarker(hash: KeyedHash, place: EventPlace, writeNumber: number): string {
  return `${FORMAT}.${writeNumber.toString(36)}.${macOf(hash, place, writeNumber)}`
}

/**
 * Verified only on the very event it was made for: a copy that Google or a person made has another id, and an
 * instance of a series is not the series.
 */
export function decodeMarker(hash: KeyedHash, place: EventPlace, event: GoogleEvent): MarkerReading {
  const value: unknown = event.extendedProperties?.private?.[MARKER_PROPERTY]
  if (event.id !== place.eventId || typeof value !== 'string') return FOREIGN
  const match = SHAPE.exec(value)
  if (match?.[1] === undefined || match[2] === undefined) return FOREIGN
  const writeNumber = Number.parseInt(match[1], 36)
  if (!Number.isSafeInteger(writeNumber) || writeNumber.toString(36) !== match[1]) return FOREIGN
  const expected = macOf(hash, place, writeNumber)
  return timingSafeEqual(Buffer.from(expected), Buffer.from(match[2]))
    ? { verified: true, writeNumber }
    : FOREIGN
}

function macOf(hash: KeyedHash, place: EventPlace, writeNumber: number): string {
  const parts = [
    place.eventId,
    place.account.workspaceId,
    place.account.userId,
    place.target,
    String(writeNumber),
  ]
  return hash('base64url', 'marker', parts).slice(0, MAC_CHARS)
}
