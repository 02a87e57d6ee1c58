import { type ApiCall, jsonBody } from '../wire/call.ts'
import { invalid } from '../wire/envelope.ts'
import type { JsonObject } from '../wire/json.ts'
import { choiceParameter } from '../wire/parameters.ts'
import { readConference } from './conference.ts'
import type { StoredCalendar } from './stored-calendar.ts'

/**
 * What a write says of an event, by what its client says it understands: attachments, conferences and labels are
 * left as they are (`present`) by clients that know nothing of them (Calendar API, "Events: insert").
 */
export function eventBody(call: ApiCall, calendar: StoredCalendar, present: JsonObject = {}): JsonObject {
  const { query, world } = call
  const body = jsonBody(call)
  const replaces = call.verb !== 'PATCH'
  if (query.get('supportsAttachments') !== 'true') keep(body, 'attachments', present, replaces)
  const version = choiceParameter(query, 'conferenceDataVersion', ['0', '1'] as const)
  if (version !== '1') keep(body, 'conferenceData', present, replaces && world.switches.putKeepsConference)
  else if ('conferenceData' in body)
    body.conferenceData = readConference(world, body.conferenceData, present.conferenceData) ?? null
  readLabel(call, calendar, body, present, replaces)
  return body
}

function keep(body: JsonObject, key: string, present: JsonObject, restores: boolean): void {
  delete body[key]
  if (restores && present[key] !== undefined) body[key] = present[key]
}

/** Labels supersede colours for clients that know them. */
function readLabel(
  { query }: ApiCall,
  { properties }: StoredCalendar,
  body: JsonObject,
  present: JsonObject,
  replaces: boolean,
): void {
  const version = choiceParameter(query, 'eventLabelVersion', ['0', '1'] as const)
  keep(body, version === '1' ? 'colorId' : 'eventLabelId', present, replaces)
  const { eventLabelId } = body
  if (version !== '1' || eventLabelId === undefined || eventLabelId === null || eventLabelId === '') return
  if (!properties.eventLabels?.some(({ id }) => id === eventLabelId)) invalid('Invalid event label id.')
}
