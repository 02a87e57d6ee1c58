import type { Call } from '../wire/call.ts'
import type { Reply } from '../wire/reply.ts'
import { type AgendaQuery, agendaOf } from './agenda.ts'
import { calendarPage } from './calendar-page.ts'
import { CALENDAR_SCRIPT } from './calendar-script.ts'
import { AGENDA_PATH, CALENDAR_PATH, PAGES_ROOT, SCRIPT_PATH, STYLE_PATH } from './paths.ts'
import { STYLE } from './style.ts'

/** The pages a person looks at, apart from consent; undefined for any other path. */
export function pageRoute(call: Call): Reply | undefined {
  const { path, verb, query, world } = call
  if (!path.startsWith(PAGES_ROOT)) return undefined
  if (verb !== 'GET' && verb !== 'HEAD') return { status: 405, text: 'GET' }
  const user = world.users.byEmail(query.get('user') ?? '')
  switch (path) {
    case STYLE_PATH:
      return asset('text/css', STYLE)
    case SCRIPT_PATH:
      return asset('text/javascript', CALENDAR_SCRIPT)
    case AGENDA_PATH:
      if (!user) return { status: 404, json: { error: 'No such user' }, indent: 2 }
      return { status: 200, json: agendaOf(world, user, agendaQuery(call)), indent: 2 }
    case CALENDAR_PATH:
      return calendarPage(world, user, agendaQuery(call))
    default:
      return { status: 404, text: 'No such page' }
  }
}

function asset(type: string, text: string): Reply {
  return { status: 200, text, headers: { 'content-type': `${type}; charset=UTF-8` } }
}

function agendaQuery({ query, now }: Call): AgendaQuery {
  const from = query.get('from') ?? ''
  const isDate = /^\d{4}-\d\d-\d\d$/.test(from) && !Number.isNaN(Date.parse(`${from}T00:00:00Z`))
  return {
    from: isDate ? from : new Date(now).toISOString().slice(0, 10),
    showDeleted: query.get('deleted') === '1',
  }
}
