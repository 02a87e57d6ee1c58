import { invalid, parseError, refuse } from '../wire/envelope.ts'
import { compact, isObject, type Json, type JsonObject } from '../wire/json.ts'

const DECLINES = ['declineNone', 'declineAllConflictingInvitations', 'declineOnlyNewConflictingInvitations']
const PLACES = ['homeOffice', 'officeLocation', 'customLocation']
const OFFICE = ['buildingId', 'floorId', 'floorSectionId', 'deskId', 'label']

/** What only an event of a special type has; on any other it is ignored (Calendar API, "Events"). */
export function readTypeProperties(body: JsonObject, eventType: string | undefined): JsonObject {
  switch (eventType) {
    case 'birthday':
      return { birthdayProperties: readBirthday(body.birthdayProperties) }
    case 'focusTime':
      return { focusTimeProperties: readFocusTime(body.focusTimeProperties) }
    case 'outOfOffice':
      return { outOfOfficeProperties: readOutOfOffice(body.outOfOfficeProperties) }
    case 'workingLocation':
      return { workingLocationProperties: readWorkingLocation(body.workingLocationProperties) }
    default:
      return {}
  }
}

/** The other types belong to contacts, and only Google makes those. */
function readBirthday(value: Json | undefined): JsonObject {
  const { type } = object(value) ?? {}
  if (type === undefined || type === null || type === 'birthday') return { type: 'birthday' }
  return refuse(400, 'global', 'invalid', `Invalid value for: birthdayProperties.type: ${text(type)}`)
}

function readFocusTime(value: Json | undefined): JsonObject | undefined {
  const given = object(value)
  if (!given) return undefined
  const chatStatus = choice(given.chatStatus, ['available', 'doNotDisturb'], 'chatStatus')
  return compact({ ...readDeclining(given), chatStatus })
}

function readOutOfOffice(value: Json | undefined): JsonObject | undefined {
  const given = object(value)
  return given && readDeclining(given)
}

function readDeclining({ autoDeclineMode, declineMessage }: JsonObject): JsonObject {
  return compact({
    autoDeclineMode: choice(autoDeclineMode, DECLINES, 'autoDeclineMode'),
    declineMessage: text(declineMessage),
  })
}

function readWorkingLocation(value: Json | undefined): JsonObject | undefined {
  const given = object(value)
  if (!given) return undefined
  const type = choice(given.type, PLACES, 'type') ?? invalid('Invalid working location type.')
  if (type === 'homeOffice') return { type, homeOffice: {} }
  if (type === 'customLocation') return { type, customLocation: texts(given.customLocation, ['label']) }
  return { type, officeLocation: texts(given.officeLocation, OFFICE) }
}

function texts(value: Json | undefined, keys: readonly string[]): JsonObject {
  const given = object(value) ?? {}
  return compact(Object.fromEntries(keys.map(key => [key, text(given[key])])))
}

function choice(value: Json | undefined, known: readonly string[], name: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && known.includes(value)) return value
  return refuse(400, 'global', 'invalid', `Invalid value for: ${name}: ${text(value)}`)
}

function text(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'object' ? parseError() : String(value)
}

function object(value: Json | undefined): JsonObject | undefined {
  if (value === undefined || value === null) return undefined
  return isObject(value) ? value : parseError()
}
