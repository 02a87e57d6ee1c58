import type { ApiCall } from '../wire/call.ts'
import { isObject, type JsonObject } from '../wire/json.ts'
import { Refusal } from '../wire/reply.ts'
import { quotaExceeded } from '../wire/standard-errors.ts'
import { addressesOf } from './attendees.ts'
import type { SendUpdates } from './mail.ts'

/** An account that makes too much too fast becomes read-only for a while (Google, "Avoid calendar use limits"). */
export function countCreation(call: ApiCall): void {
  count(call, 'events', 1)
}

/** Counts the guests outside Google Calendar who were not there `before`, where they are told. */
export function countInvitations(
  call: ApiCall,
  { attendees }: JsonObject,
  before: JsonObject | undefined,
  sendUpdates: SendUpdates,
): void {
  if (sendUpdates === 'none' || !Array.isArray(attendees)) return
  const invited = addressesOf(before)
  const isNew = (email: string) => !invited.has(email.toLowerCase()) && !call.world.users.byEmail(email)
  count(call, 'invitations', attendees.filter(guest => isObject(guest) && isNew(String(guest.email))).length)
}

/** Mails are sent when all is done: one too many ends only what comes after it. */
export function countMails({ world, user, now }: ApiCall, mails: number): void {
  world.quota.mayCreate('guestMails', user, mails, now)
}

function count({ world, user, now }: ApiCall, kind: 'events' | 'invitations', more: number): void {
  if (!world.quota.mayCreate(kind, user, more, now)) throw new Refusal(quotaExceeded())
}
