import type { ApiCall } from '../wire/call.ts'
import { booleanParameter, choiceParameter } from '../wire/parameters.ts'
import type { Reply } from '../wire/reply.ts'
import { ACCESS_ROLES } from './access-rules.ts'
import { renderEntry } from './calendar-list-methods.ts'
import { readChangeList } from './change-list.ts'
import type { CalendarListEntry } from './user-calendar-list.ts'

/** Calendar API, "CalendarList: list". A delta tells of deleted and hidden entries too. */
export function list(call: ApiCall): Reply {
  const { user, world } = call
  const entries = world.calendars.listOf(user)
  const shows = shownBy(call)
  const { members, header } = readChangeList(call, {
    of: ['l', user.sub],
    epoch: user.syncEpoch,
    all: entries.all(),
    seq: entries.seq,
    version: entries.version,
    notInDelta: ['minAccessRole', 'showOwnOrganizationOnly'],
    trueInDelta: ['showDeleted', 'showHidden'],
    shows,
  })
  const items = members.map(entry => renderEntry(call, entry))
  return { status: 200, json: { kind: 'calendar#calendarList', ...header, items } }
}

function shownBy({ query, user }: ApiCall): (entry: CalendarListEntry, isDelta: boolean) => boolean {
  const showDeleted = booleanParameter(query, 'showDeleted', false)
  const showHidden = booleanParameter(query, 'showHidden', false)
  const ownOrganization = booleanParameter(query, 'showOwnOrganizationOnly', false)
  const least = ACCESS_ROLES.indexOf(
    choiceParameter(query, 'minAccessRole', ACCESS_ROLES) ?? 'freeBusyReader',
  )
  return ({ calendar, deleted, hidden }, isDelta) => {
    const role = calendar.roleOf(user)
    if (role === undefined && !deleted) return false
    return (
      (isDelta || showDeleted || !deleted) &&
      (isDelta || showHidden || !hidden) &&
      (!ownOrganization || (user.hd !== undefined && calendar.owner.hd === user.hd)) &&
      (deleted || role === undefined || ACCESS_ROLES.indexOf(role) >= least)
    )
  }
}
