import { invalid, parseError, required } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'
import type { World } from '../world/world.ts'

const MEET = 'hangoutsMeet'
const ICON =
  'https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet_2020q4_color_2x_web_512dp.png'
const ENTRY_POINT = [
  'entryPointType',
  'uri',
  'label',
  'pin',
  'accessCode',
  'meetingCode',
  'passcode',
  'password',
]

/** What a calendar's conferences can be. */
export function conferenceProperties({ switches }: World): JsonObject {
  return { allowedConferenceSolutionTypes: switches.meetAvailable ? [MEET] : [] }
}

/**
 * The conference that a write with `conferenceDataVersion=1` asks for (Calendar API, "Create events"). A request
 * to create one is carried out later; one whose id was seen before is ignored.
 */
export function readConference(
  world: World,
  value: Json | undefined,
  present: Json | undefined,
): Json | undefined {
  if (value === undefined || value === null) return undefined
  if (!isObject(value)) return parseError()
  const { createRequest } = value
  if (isObject(createRequest) && !isDone(value)) return create(world, createRequest, present)
  return copied(value)
}

function isDone({ entryPoints }: JsonObject): boolean {
  return Array.isArray(entryPoints) && entryPoints.length > 0
}

function create(
  world: World,
  { requestId, conferenceSolutionKey }: JsonObject,
  present: Json | undefined,
): JsonObject {
  const id = typeof requestId === 'string' && requestId !== '' ? requestId : required('Required')
  const earlier = isObject(present) ? present : {}
  if (isObject(earlier.createRequest) && earlier.createRequest.requestId === id) return earlier
  const type = isObject(conferenceSolutionKey) ? (conferenceSolutionKey.type ?? MEET) : MEET
  if (type !== MEET || !world.switches.meetAvailable) return invalid('Invalid conference type value.')
  const pending = {
    createRequest: { requestId: id, conferenceSolutionKey: { type }, status: { statusCode: 'pending' } },
  }
  return world.switches.conferencePendingMs > 0 ? pending : resolved(world, pending)
}

/** What becomes of a request to create one. */
export function resolved(world: World, { createRequest }: JsonObject): JsonObject {
  const statusCode = world.switches.conferenceOutcome
  const request = { ...(createRequest as JsonObject), status: { statusCode } }
  if (statusCode === 'failure') return { createRequest: request }
  const code = world.ids.meetingCode()
  const uri = `https://meet.google.com/${code}`
  return {
    createRequest: request,
    entryPoints: [{ entryPointType: 'video', uri, label: uri.slice('https://'.length) }],
    conferenceSolution: { key: { type: MEET }, name: 'Google Meet', iconUri: ICON },
    conferenceId: code,
    signature: Buffer.from(`signature of ${code}`).toString('base64'),
  }
}

export function isPending(conference: Json | undefined): conference is JsonObject {
  const request = isObject(conference) ? conference.createRequest : undefined
  const status = isObject(request) ? request.status : undefined
  return isObject(status) && status.statusCode === 'pending'
}

/** A conference of another event's, or of another maker's, as it was given. */
function copied(value: JsonObject): JsonObject {
  const { conferenceId, conferenceSolution, entryPoints, notes, signature, createRequest } = value
  if (
    !isObject(conferenceSolution) ||
    !Array.isArray(entryPoints) ||
    !entryPoints.every(isObject) ||
    !isDone(value)
  )
    return invalid('Invalid conference data.')
  const key = isObject(conferenceSolution.key) ? texts(conferenceSolution.key, ['type']) : undefined
  return compact({
    createRequest: isObject(createRequest) ? readRequest(createRequest) : undefined,
    entryPoints: entryPoints.map(point => texts(point, ENTRY_POINT)),
    conferenceSolution: compact({ key, ...texts(conferenceSolution, ['name', 'iconUri']) }),
    ...texts({ conferenceId, signature, notes }, ['conferenceId', 'signature', 'notes']),
  })
}

function readRequest({ requestId, conferenceSolutionKey, status }: JsonObject): JsonObject {
  return compact({
    ...texts({ requestId }, ['requestId']),
    conferenceSolutionKey: isObject(conferenceSolutionKey)
      ? texts(conferenceSolutionKey, ['type'])
      : undefined,
    status: isObject(status) ? texts(status, ['statusCode']) : undefined,
  })
}

function texts(value: JsonObject, keys: readonly string[]): JsonObject {
  return compact(
    Object.fromEntries(keys.map(key => [key, typeof value[key] === 'string' ? value[key] : undefined])),
  )
}

/** The link to a video conference, as it also stands on the event itself. */
export function hangoutLink({ conferenceData }: JsonObject): string | undefined {
  const points = isObject(conferenceData) ? conferenceData.entryPoints : undefined
  const video =
    Array.isArray(points) && points.find(point => isObject(point) && point.entryPointType === 'video')
  return isObject(video) && typeof video.uri === 'string' ? video.uri : undefined
}
