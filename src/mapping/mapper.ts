import type { Appointment } from '../contracts/appointment.ts'
import type { GoogleEvent } from '../contracts/google-event.ts'
import type { AccountRef, AppointmentRef } from '../contracts/identity.ts'
import type { FieldFingerprints, Fingerprints } from '../contracts/link.ts'
import type { ConnectionSettings } from '../contracts/settings.ts'
import { type ParsedAppointment, parse } from './appointment-parser.ts'
import { deriveAccountTag, deriveEventId } from './event-id.ts'
import { createFingerprinter } from './fingerprint.ts'
import { createKeyedHash } from './keyed-hash.ts'
import { decodeMarker, encodeMarker, type MarkerReading, type Stamp } from './marker.ts'
import type { EventPlace, MappingKeys, MappingOptions, Projection, ProjectionFields } from './projection.ts'
import { toEvent } from './to-event.ts'
import { createZones } from './zones.ts'

/** Everything between the host's appointment and Google's event. Pure: the same input, the same output. */
export interface Mapper {
  /** A normalised, frozen, plain copy. Throws AppointmentError naming fields, never values. */
  parseAppointment(raw: unknown): Appointment
  /** Whether this user's calendar should hold an event for the appointment. */
  wantedIn(appointment: Appointment, userId: string): boolean
  /** Throws AppointmentError. */
  project(appointment: Appointment, settings: ConnectionSettings): Projection
  fingerprints(fields: ProjectionFields): Fingerprints
  /** A field that Google does not show gets the fingerprint of absence. */
  seenFingerprints(event: GoogleEvent, fieldNames: readonly string[]): FieldFingerprints
  eventId(account: AccountRef, target: string, ref: AppointmentRef, generation: number): string
  accountTag(account: AccountRef): string
  makeMarker(place: EventPlace, writeNumber: number): string
  readMarker(place: EventPlace, event: GoogleEvent): MarkerReading
  /** Id, tag and marker of one write. */
  stamp(place: EventPlace, writeNumber: number): Stamp
}

/** The keys are checked here. The mapper keeps nothing of any appointment, and `zones` only formatters. */
export function createMapper(options: MappingOptions, keys: MappingKeys, zones = createZones()): Mapper {
  const fingerprinter = createFingerprinter(keys.fingerprint)
  const idHash = createKeyedHash(keys.eventId)
  const markerHash = createKeyedHash(keys.marker)
  const tagHash = createKeyedHash(keys.accountTag)
  // So that what was parsed is not parsed again, and what was not cannot slip past the checks.
  const known = new WeakMap<Appointment, ParsedAppointment>()

  const parsed = (raw: unknown): ParsedAppointment => {
    const found = parse(raw, zones)
    known.set(found.appointment, found)
    return found
  }
  const accountTag = (account: AccountRef) => deriveAccountTag(tagHash, account)
  const makeMarker = (place: EventPlace, writeNumber: number) => encodeMarker(markerHash, place, writeNumber)

  return Object.freeze<Mapper>({
    parseAppointment: raw => parsed(raw).appointment,
    wantedIn: (appointment, userId) =>
      appointment.userIds.includes(userId) &&
      !(appointment.status === 'cancelled' && options.cancelled === 'remove'),
    project(given, settings) {
      const { appointment, timing } = known.get(given) ?? parsed(given)
      const version = appointment.version ?? `f:${fingerprinter.ofAppointment(appointment)}`
      return { ...toEvent(appointment, timing, settings, options), version }
    },
    fingerprints: fingerprinter.ofFields,
    seenFingerprints: fingerprinter.ofEvent,
    eventId: (account, target, ref, generation) => deriveEventId(idHash, account, target, ref, generation),
    accountTag,
    makeMarker,
    readMarker: (place, event) => decodeMarker(markerHash, place, event),
    stamp: (place, writeNumber) => ({
      eventId: place.eventId,
      tag: accountTag(place.account),
      marker: makeMarker(place, writeNumber),
    }),
  })
}
