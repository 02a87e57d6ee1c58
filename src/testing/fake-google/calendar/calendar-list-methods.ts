import { type ApiCall, jsonBody } from '../wire/call.ts'
import { checkIfMatch } from '../wire/conditional.ts'
import { notFound, refuse, required } from '../wire/envelope.ts'
import { compact, type JsonObject } from '../wire/json.ts'
import type { Reply } from '../wire/reply.ts'
import { readableCalendar } from './access.ts'
import { calendarColors } from './calendar-colors.ts'
import { conferenceProperties } from './conference.ts'
import { readEntryChanges } from './entry-fields.ts'
import { etagOf } from './render-event.ts'
import type { CalendarListEntry } from './user-calendar-list.ts'

export function get(call: ApiCall): Reply {
  return entryReply(call, entryOf(call))
}

/** Puts a calendar the user has access to on their list. */
export function insert(call: ApiCall): Reply {
  const body = jsonBody(call)
  const id = typeof body.id === 'string' ? body.id : required('Required')
  const calendar = readableCalendar({ ...call, calendarId: id })
  const list = call.world.calendars.listOf(call.user)
  const entry = list.get(calendar.id) ?? list.add(calendar)
  list.change(entry, readEntryChanges(call, body))
  return entryReply(call, entry)
}

export function patch(call: ApiCall): Reply {
  const entry = entryOf(call)
  checkIfMatch(call, entryEtag(entry))
  call.world.calendars.listOf(call.user).change(entry, readEntryChanges(call, jsonBody(call)))
  return entryReply(call, entry)
}

export function update(call: ApiCall): Reply {
  const entry = entryOf(call)
  checkIfMatch(call, entryEtag(entry))
  const reset = {
    ...{ summaryOverride: undefined, hidden: false, selected: false },
    ...{ defaultReminders: [], notificationSettings: undefined },
  }
  call.world.calendars
    .listOf(call.user)
    .change(entry, { ...reset, ...readEntryChanges(call, jsonBody(call)) })
  return entryReply(call, entry)
}

export function remove(call: ApiCall): Reply {
  const entry = entryOf(call)
  const { calendar } = entry
  checkIfMatch(call, entryEtag(entry))
  if (calendar.owner === call.user) {
    const message = 'The data owner of a calendar cannot remove such a calendar from their calendar list.'
    return refuse(403, 'calendar', 'cannotUnsubscribeFromOwnedCalendar', message)
  }
  call.world.calendars.listOf(call.user).markDeleted(calendar)
  return { status: 204, text: '' }
}

function entryOf(call: ApiCall): CalendarListEntry {
  const calendar = readableCalendar(call)
  return call.world.calendars.listOf(call.user).get(calendar.id) ?? notFound()
}

function entryReply(call: ApiCall, entry: CalendarListEntry): Reply {
  const json = renderEntry(call, entry)
  return { status: 200, json, headers: { etag: String(json.etag) } }
}

function entryEtag({ calendar, version }: CalendarListEntry): string {
  return etagOf({ etagMicros: calendar.etagMicros + version })
}

export function renderEntry(call: ApiCall, entry: CalendarListEntry): JsonObject {
  const { calendar, deleted } = entry
  const etag = entryEtag(entry)
  if (deleted) return { kind: 'calendar#calendarListEntry', etag, id: calendar.id, deleted: true }
  const { summary, description, location, timeZone } = calendar.properties
  const { colorId, rgb, summaryOverride, hidden, selected, defaultReminders, notificationSettings } = entry
  return compact({
    kind: 'calendar#calendarListEntry',
    etag,
    id: calendar.id,
    summary,
    description,
    location,
    timeZone,
    summaryOverride,
    colorId,
    ...(rgb ?? calendarColors(colorId)),
    hidden: hidden || undefined,
    selected: selected || undefined,
    accessRole: calendar.roleOf(call.user),
    defaultReminders,
    notificationSettings,
    primary: calendar.primary && calendar.owner === call.user ? true : undefined,
    conferenceProperties: conferenceProperties(call.world),
    dataOwner: calendar.primary ? undefined : calendar.owner.email,
  })
}
