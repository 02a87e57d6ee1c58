import type {
  GoogleAttendee,
  GoogleEvent,
  GoogleEventBody,
  GoogleEventTime,
} from '../contracts/google-event.ts'
import { TIME_FIELDS } from './fields.ts'
import { keepAnswers } from './guests.ts'
import { MARKER_PROPERTY, type Stamp, TAG_PROPERTY } from './marker.ts'
import type { ProjectionFields } from './projection.ts'

export interface PatchOptions {
  /** Owned fields without a value any more, which Google shall lose. */
  readonly clearedFields?: readonly string[] | undefined
  /** The event as last read: guests keep their answers. */
  readonly observed?: GoogleEvent | undefined
}

/** For `events.insert`. Only here and in a revival are visibility and transparency set. */
export function insertBody(fields: ProjectionFields, stamp: Stamp): GoogleEventBody {
  return { id: stamp.eventId, ...fields, ...FRAME, ...stamped(stamp) }
}

/** For `events.update` of a tombstone: the whole body, alive again. */
export function reviveBody(fields: ProjectionFields, stamp: Stamp): GoogleEventBody {
  return { status: 'confirmed', ...fields, ...FRAME, ...stamped(stamp) }
}

/**
 * For `events.patch`: the changed fields only, the stamp always. A name in `changed` without a value in `fields`
 * is left alone unless it is in `clearedFields` too.
 */
export function patchBody(
  fields: ProjectionFields,
  changed: readonly string[],
  stamp: Stamp,
  options: PatchOptions = {},
): GoogleEventBody {
  const cleared = (options.clearedFields ?? []).filter(name => fields[name] === undefined)
  const names = new Set(changed)
  if (TIME_FIELDS.some(name => names.has(name) || cleared.includes(name))) {
    for (const name of TIME_FIELDS) names.add(name)
  }
  const body: Record<string, unknown> = {}
  for (const name of names) {
    if (fields[name] !== undefined) body[name] = patchValue(name, fields[name], options.observed)
  }
  for (const name of cleared) body[name] = clearingValue(name)
  return { ...body, ...stamped(stamp) }
}

const FRAME = { visibility: 'private', transparency: 'opaque' } as const

function stamped(stamp: Stamp) {
  return {
    extendedProperties: { private: { [TAG_PROPERTY]: stamp.tag, [MARKER_PROPERTY]: stamp.marker } },
  }
}

function patchValue(name: string, value: unknown, observed: GoogleEvent | undefined): unknown {
  if (name === 'start' || name === 'end') return withoutOtherVariant(value as GoogleEventTime)
  if (name === 'attendees') return keepAnswers(value as readonly GoogleAttendee[], observed?.attendees ?? [])
  return value
}

/** A PATCH merges objects, so the variant that is gone has to be named. */
function withoutOtherVariant(time: GoogleEventTime): GoogleEventTime {
  return time.date === undefined ? { ...time, date: null } : { ...time, dateTime: null, timeZone: null }
}

function clearingValue(name: string): unknown {
  switch (name) {
    case 'status':
      return 'confirmed'
    case 'recurrence':
    case 'attendees':
      // Observed to work: an empty list makes a series a single event.
      return []
    case 'reminders':
      return { useDefault: true, overrides: null }
    default:
      return null
  }
}
