import type { FieldFingerprints } from '../contracts/link.ts'

/** Grows when the canonical form changes; an unknown format means "read again and rebase" (ENGINE E). */
export const FINGERPRINT_FORMAT = '1'

/** Whether these were made by this format. Ask before `changedFields`. */
export function knownFormat(_fingerprints: FieldFingerprints): boolean {
  throw new Error('not yet')
}

/** Names that differ, in either direction; a missing name and an absent value are the same. */
export function changedFields(_before: FieldFingerprints | undefined, _now: FieldFingerprints): string[] {
  throw new Error('not yet')
}
