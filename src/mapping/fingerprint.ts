import type { Appointment } from '../contracts/appointment.ts'
import type { GoogleEvent } from '../contracts/google-event.ts'
import type { FieldFingerprints, Fingerprints } from '../contracts/link.ts'
import { canonicalField } from './canonical.ts'
import { createKeyedHash } from './keyed-hash.ts'
import type { ProjectionFields } from './projection.ts'

/** Grows when the canonical form changes; an unknown format means "read again and rebase" (ENGINE E). */
export const FINGERPRINT_FORMAT = '1'

const PREFIX = `${FINGERPRINT_FORMAT}.`
/** Not a secret: which fields have a value is told by the names anyway. */
const ABSENT = `${PREFIX}-`
const CHARS = 22

export interface Fingerprinter {
  ofFields(fields: ProjectionFields): Fingerprints
  ofEvent(event: GoogleEvent, fieldNames: readonly string[]): FieldFingerprints
  ofAppointment(appointment: Appointment): string
}

export function createFingerprinter(key: Uint8Array): Fingerprinter {
  const hash = createKeyedHash(key)
  const tag = (purpose: string, parts: readonly string[]) =>
    PREFIX + hash('base64url', purpose, parts).slice(0, CHARS)

  const fieldsOf = (values: Readonly<Record<string, unknown>>, names: readonly string[]) => {
    const found: Record<string, string> = {}
    for (const name of names) {
      const canonical = canonicalField(name, values)
      found[name] = canonical === undefined ? ABSENT : tag('field', [name, canonical])
    }
    return found
  }

  return {
    ofFields(values) {
      const names = Object.keys(values).sort()
      const fields = fieldsOf(values, names)
      const present = names.filter(name => fields[name] !== ABSENT)
      return {
        whole: tag(
          'whole',
          present.flatMap(name => [name, fields[name] ?? ABSENT]),
        ),
        fields,
      }
    },
    ofEvent: (event, fieldNames) => fieldsOf({ ...event }, fieldNames),
    ofAppointment: appointment => tag('appointment', [JSON.stringify(appointment)]),
  }
}

/** Whether it stands for a value. A missing name and an absent value are the same. */
export function hasValue(print: string | undefined): boolean {
  return print !== undefined && print !== ABSENT
}

/** Whether these were made by this format. Ask before `changedFields`. */
export function knownFormat(fingerprints: FieldFingerprints): boolean {
  return Object.values(fingerprints).every(value => value.startsWith(PREFIX))
}

/** Names that differ, in either direction; a missing name and an absent value are the same. */
export function changedFields(before: FieldFingerprints | undefined, now: FieldFingerprints): string[] {
  const names = new Set([...Object.keys(now), ...Object.keys(before ?? {})])
  return [...names].filter(name => (before?.[name] ?? ABSENT) !== (now[name] ?? ABSENT))
}
