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
