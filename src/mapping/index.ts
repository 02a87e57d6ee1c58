export { usersNamedIn } from './appointment-parser.ts'
export { insertBody, type PatchOptions, patchBody, reviveBody } from './body.ts'
export { type EventDraft, OWNED_FIELDS, type OwnedField, TIME_FIELDS } from './fields.ts'
export { changedFields, FINGERPRINT_FORMAT, hasValue, knownFormat } from './fingerprint.ts'
export { createMapper, type Mapper } from './mapper.ts'
export { MARKER_PROPERTY, type MarkerReading, type Stamp, TAG_PROPERTY } from './marker.ts'
export type { VisibleAppointment } from './privacy.ts'
export {
  DEFAULT_MAPPING,
  type EventPlace,
  type MapEvent,
  type MappingKeys,
  type MappingOptions,
  type Projection,
  type ProjectionFields,
} from './projection.ts'
export { escapeText, unescapeText } from './text.ts'
export { createZones, type Zones } from './zones.ts'
