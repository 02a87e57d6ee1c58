import type { AccountRef } from '../contracts/identity.ts'
import type { ConnectionSettings } from '../contracts/settings.ts'
import type { EventDraft } from './fields.ts'
import type { VisibleAppointment } from './privacy.ts'

/** Google's own JSON values by owned field name. A field without a value is absent. */
export type ProjectionFields = Readonly<Record<string, unknown>>

/** What the app wants in one account's calendar: behind the privacy gate, validated. */
export interface Projection {
  readonly fields: ProjectionFields
  /** The appointment's own version, or `f:` and a keyed fingerprint of the whole appointment. */
  readonly version: string
  /** Epoch ms; all-day: midnight in the appointment's zone. */
  readonly startsAt: number
  /** Of a series: not before its last occurrence ends, infinite where that is not cheap to tell. */
  readonly endsAt: number
  /** There are guests, and they may be mailed. */
  readonly invites: boolean
}

/** From the host's constructor options, with every default filled in. */
export interface MappingOptions {
  /** Summary of an appointment that has no title of its own. */
  readonly title: string
  /**
   * Summary when the client's name may be shown. `{client}` stands for the name, `{title}` for the appointment's
   * neutral title.
   */
  readonly titleWithClient: string
  /** Locations are withheld from every calendar. */
  readonly sensitiveLocations: boolean
  /** `remove`: a cancelled appointment has no event. `keep`: its event stays, under `cancelledTitle`. */
  readonly cancelled: 'remove' | 'keep'
  /** `{title}` stands for the summary the event would have had. */
  readonly cancelledTitle: string
  readonly mapEvent?: MapEvent | undefined
}

export const DEFAULT_MAPPING: MappingOptions = Object.freeze({
  title: 'Appointment',
  titleWithClient: '{title} with {client}',
  sensitiveLocations: false,
  cancelled: 'remove',
  cancelledTitle: 'Cancelled: {title}',
})

/**
 * The host's hook. It gets the appointment after the privacy gate and the library's draft, both frozen, and
 * returns a new draft at once. It must be pure. Times, recurrence and status stay as they are in the draft.
 */
export type MapEvent = (
  visible: VisibleAppointment,
  draft: EventDraft,
  settings: ConnectionSettings,
) => EventDraft

/** Raw keys of 32 bytes, one per purpose (ENGINE E). */
export interface MappingKeys {
  readonly fingerprint: Uint8Array
  readonly eventId: Uint8Array
  readonly marker: Uint8Array
  readonly accountTag: Uint8Array
}

/** Where an event lives: what its marker vouches for. */
export interface EventPlace {
  readonly eventId: string
  readonly account: AccountRef
  readonly target: string
}
