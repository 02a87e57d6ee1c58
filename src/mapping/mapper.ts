import type { Appointment } from '../contracts/appointment.ts'
import type { GoogleEvent } from '../contracts/google-event.ts'
import type { AccountRef, AppointmentRef } from '../contracts/identity.ts'
import type { FieldFingerprints, Fingerprints } from '../contracts/link.ts'
import type { ConnectionSettings } from '../contracts/settings.ts'
import type { MarkerReading, Stamp } from './marker.ts'
import type { EventPlace, MappingKeys, MappingOptions, Projection, ProjectionFields } from './projection.ts'

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

export function createMapper(_options: MappingOptions, _keys: MappingKeys): Mapper {
  throw new Error('not yet')
}
