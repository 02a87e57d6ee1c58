import type { ApiCall } from '../wire/call.ts'
import { invalid, notFound, refuse, required } from '../wire/envelope.ts'
import { booleanParameter } from '../wire/parameters.ts'
import { Refusal, type Reply } from '../wire/reply.ts'
import { forbidden } from '../wire/standard-errors.ts'

/**
 * Calendar API, "Calendars: transferOwnership": an administrator gives a secondary calendar to another user of the
 * same Workspace domain. Which errors it answers is not documented. The owner of before keeps the role `owner`.
 */
export function transferOwnership({ world, query, user, calendarId }: ApiCall): Reply {
  const email = query.get('newDataOwner') || required('Required')
  if (!query.has('useAdminAccess')) required('Required')
  if (!booleanParameter(query, 'useAdminAccess', false)) invalid('Only admin access is supported.')
  const calendar = world.calendars.get(calendarId)
  if (!user.admin || user.hd === undefined) throw new Refusal(forbidden())
  if (!calendar || calendar.owner.hd !== user.hd) return notFound()
  if (calendar.primary) refuse(400, 'global', 'invalid', 'Only secondary calendars can be transferred.')
  const heir = world.users.byEmail(email)
  if (!heir || heir.hd !== user.hd) return invalid('Invalid new data owner.')
  calendar.access.set({ type: 'user', value: heir.email }, 'owner')
  calendar.owner = heir
  const list = world.calendars.listOf(heir)
  if (!list.get(calendar.id)) list.add(calendar)
  world.calendars.accessChanged(calendar, world.users.all())
  return { status: 204, text: '' }
}
