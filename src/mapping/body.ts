import type { GoogleEvent, GoogleEventBody } from '../contracts/google-event.ts'
import type { Stamp } from './marker.ts'
import type { ProjectionFields } from './projection.ts'

export interface PatchOptions {
  /** Owned fields without a value any more, which Google shall lose. */
  readonly clearedFields?: readonly string[] | undefined
  /** The event as last read: guests keep their answers. */
  readonly observed?: GoogleEvent | undefined
}

/** For `events.insert`. Only here and in a revival are visibility and transparency set. */
export function insertBody(_fields: ProjectionFields, _stamp: Stamp): GoogleEventBody {
  throw new Error('not yet')
}

/** For `events.update` of a tombstone: the whole body, alive again. */
export function reviveBody(_fields: ProjectionFields, _stamp: Stamp): GoogleEventBody {
  throw new Error('not yet')
}

/**
 * For `events.patch`: the changed fields only, the stamp always. A name in `changed` without a value in `fields`
 * is left alone unless it is in `clearedFields` too.
 */
export function patchBody(
  _fields: ProjectionFields,
  _changed: readonly string[],
  _stamp: Stamp,
  _options: PatchOptions = {},
): GoogleEventBody {
  throw new Error('not yet')
}
