import type { ApiCall } from '../wire/call.ts'
import type { Reply } from '../wire/reply.ts'
import { eventView } from './event-view.ts'
import { etagOf } from './render-event.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import type { StoredEvent } from './stored-event.ts'

export function eventReply(call: ApiCall, calendar: StoredCalendar, event: StoredEvent): Reply {
  return { status: 200, json: eventView(call, calendar)(event), headers: { etag: etagOf(event) } }
}
