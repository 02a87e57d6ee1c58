import { invalid, parseError } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'
import type { Ids } from '../world/ids.ts'
import type { EventLabel } from './stored-calendar.ts'

const MAX_LABELS = 200
const MAX_NAME = 50
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const RGB = /^#[0-9a-f]{6}$/i

/** The labels a calendar offers; given, they replace those it had (Calendar API, "Calendars": `labelProperties`). */
export function readLabels(
  value: Json | undefined,
  present: readonly EventLabel[] | undefined,
  ids: Ids,
): readonly EventLabel[] | undefined {
  if (value === undefined) return present
  if (value === null) return undefined
  if (!isObject(value)) return parseError()
  const { eventLabels = [] } = value
  if (!Array.isArray(eventLabels)) return parseError()
  if (eventLabels.length > MAX_LABELS) return invalid('Too many event labels.')
  const labels = eventLabels.map(label => readLabel(label, ids))
  if (new Set(labels.map(({ id }) => id)).size < labels.length) return invalid('Invalid event label id.')
  return labels
}

function readLabel(value: Json, ids: Ids): EventLabel {
  if (!isObject(value)) return parseError()
  const { id = ids.uuid(), name, backgroundColor } = value
  if (typeof id !== 'string' || !UUID.test(id)) return invalid('Invalid event label id.')
  const isName = name === undefined || name === null || (typeof name === 'string' && name.length <= MAX_NAME)
  if (!isName) return invalid('Invalid event label name.')
  if (typeof backgroundColor !== 'string' || !RGB.test(backgroundColor)) return invalid('Invalid color.')
  return { id, name: name || undefined, backgroundColor }
}

export function renderLabels(labels: readonly EventLabel[] | undefined): JsonObject | undefined {
  return (
    labels && {
      eventLabels: labels.map(({ id, name, backgroundColor }) => compact({ id, name, backgroundColor })),
    }
  )
}
