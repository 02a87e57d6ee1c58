import type { JsonObject } from '../wire/json.ts'

export type EventStatus = 'confirmed' | 'tentative' | 'cancelled'

/** An event as its calendar keeps it. `fields` holds what clients may write, validated, without defaults. */
export interface StoredEvent {
  readonly id: string
  readonly iCalUID: string
  readonly createdMs: number
  /** The human's address. */
  readonly creator: string
  /** The address of a foreign organizer; absent when the calendar itself organizes. */
  organizer: string | undefined
  /** Of a guest's copy: the organizer's event. For an instance it may be the series. */
  origin: { readonly calendarId: string; readonly eventId: string } | undefined
  /** Nothing travels between this copy and others (Calendar API, "Events": `privateCopy`). */
  privateCopy: boolean
  /** The main fields cannot be changed (Calendar API, "Events": `locked`). */
  locked: boolean
  fields: JsonObject
  status: EventStatus
  sequence: number
  /** Microseconds; the etag is twice this. */
  etagMicros: number
  updatedMicros: number
  /** Index of its latest entry in the calendar's change log. */
  seq: number
  /** The user emptied the bin after deleting it: it cannot come back. */
  beyondRevival: boolean
  /** Of an exception, or of an instance on its way out: the series it belongs to. */
  readonly recurringEventId: string | undefined
  /** Which occurrence it is, whatever became of its time. */
  readonly originalStart: JsonObject | undefined
  /** Of an exception: it was cancelled because its series was, and returns with it. */
  cancelledWithSeries: boolean
  /** Of a series: occurrences that a change took away, for deltas of single events. */
  dropped: Map<string, DroppedInstance> | undefined
  /** The event is gone for good and its id free. */
  purged: boolean
  /** The etag will change by itself then. */
  driftAt: number | undefined
  /** As it was before the latest change, for stale reads. */
  earlier: EarlierVersion | undefined
  /** Rendered once per version and zone. */
  view: EventView | undefined
}

export interface EventView {
  readonly zone: string
  readonly title: string
  readonly fraction: string
  readonly resource: JsonObject
}

export type EarlierVersion = Pick<
  StoredEvent,
  'fields' | 'status' | 'sequence' | 'etagMicros' | 'updatedMicros'
>

export interface DroppedInstance {
  readonly originalStart: JsonObject
  /** Place in the change log. */
  readonly seq: number
}

type Fresh = Pick<StoredEvent, 'id' | 'iCalUID' | 'createdMs' | 'creator' | 'organizer' | 'fields'> &
  Partial<StoredEvent>

/** An event as it enters a calendar; `micros` stamps it. */
export function newEvent(fresh: Fresh, micros: number): StoredEvent {
  return {
    status: 'confirmed',
    sequence: 0,
    etagMicros: micros,
    updatedMicros: micros,
    seq: 0,
    origin: undefined,
    privateCopy: false,
    locked: false,
    beyondRevival: false,
    recurringEventId: undefined,
    originalStart: undefined,
    cancelledWithSeries: false,
    dropped: undefined,
    purged: false,
    driftAt: undefined,
    earlier: undefined,
    view: undefined,
    ...fresh,
  }
}

export function isSeries({ fields }: StoredEvent): boolean {
  return fields.recurrence !== undefined
}

/** The tombstone of a series of which nothing but the id and the occurrences it took away is kept. */
export function isForgottenSeries({ fields, dropped }: StoredEvent): boolean {
  return dropped !== undefined && fields.start === undefined
}

export function privatePropertiesOf(event: StoredEvent): readonly string[] {
  return properties(event, 'private')
}

export function sharedPropertiesOf(event: StoredEvent): readonly string[] {
  return properties(event, 'shared')
}

function properties(event: StoredEvent, kind: 'private' | 'shared'): readonly string[] {
  const extended = event.fields.extendedProperties as { [kind: string]: Record<string, string> } | undefined
  const entries = extended?.[kind]
  return entries ? Object.entries(entries).map(([key, value]) => `${key}=${value}`) : []
}
