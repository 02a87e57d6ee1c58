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
  readonly organizer: string | undefined
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
  /** The event is gone for good and its id free. */
  purged: boolean
  /** The etag will change by itself then. */
  driftAt: number | undefined
  /** Rendered once per version and zone. */
  view: { readonly zone: string; readonly title: string; readonly resource: JsonObject } | undefined
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
