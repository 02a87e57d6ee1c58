import type { CalendarRequest } from '../../../src/google/transport.ts'
import { accountId, refId } from '../ledger.ts'
import type { Stage as World } from '../stage.ts'
import type { CommittedIntent } from './committed-intents.ts'

/** In every client's name and note, in every title, and in every token and secret of the fake. */
export const CLIENT_NAME = 'Clientname'
export const CLIENT_NOTE = 'Clientnote'
// Once in some millions of sealed values a part ends with `ya29` before its dot: a token begins with it.
const CANARY =
  /Clientname|Clientnote|client\d*@|title\d+x|place\d+x|(?<![\w-])ya29\.|1\/\/0|GOCSPX|@example\.com/

/** S9: nothing but ids, codes and counts in logs, issues, audits, jobs and rows. */
export function checkLeak(world: World, sink: string, text: string): void {
  const found = CANARY.exec(text)
  if (found) world.oracles.fail('S9', `${sink} holds "${found[0]}"`)
}

/** S9 and S10: what leaves is what the account's settings allow, and belongs to whose token it goes with. */
export function checkOutbound(
  world: World,
  request: CalendarRequest,
  intent: Pick<CommittedIntent, 'at'> | undefined,
): void {
  const { oracles, ledger } = world
  const { body } = request
  if (!body) return
  const eventId = request.eventId ?? String(body.id)
  const origin = ledger.origins.get(eventId)
  if (request.method === 'calendars.insert') return
  if (!origin || !intent) {
    oracles.fail('B1', `${request.method} of ${eventId} without an intent`)
    return
  }
  const text = JSON.stringify(body)
  const title = /title\d+x/.exec(text)?.[0]
  const ref = title && ledger.titles.get(title)
  if (ref && refId(ref) !== origin.ref)
    oracles.fail('S10', `the event of ${origin.ref} was sent what belongs to ${refId(ref)}`)
  const sinceThen = intent.at
  if (text.includes(CLIENT_NAME) && !ledger.wasOn(origin.account, 'includeClientNames', sinceThen))
    oracles.fail('S9', `a client's name left for ${origin.account}, whose settings forbid it`)
  if (text.includes(CLIENT_NOTE) && !ledger.wasOn(origin.account, 'includeNotes', sinceThen))
    oracles.fail('S9', `notes left for ${origin.account}, whose settings forbid it`)
  if (text.includes(CLIENT_NOTE) && Array.isArray(body.attendees) && body.attendees.length > 0)
    oracles.fail('S9', `notes left for ${origin.account} in an event with a guest`)
  if (request.query?.sendUpdates === 'all' && !ledger.wasOn(origin.account, 'notifyClients', sinceThen))
    oracles.fail('S8', `clients are mailed for ${origin.account}, whose settings forbid it`)
  const owner = world.setup.members.find(member => accountId(member.account) === origin.account)
  const email = owner && world.emailOf(request.accessToken)
  if (email !== undefined && email !== owner?.email)
    oracles.fail('S10', `a request for ${origin.account} carries the token of ${email}`)
}
