import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { Connection } from '../../../src/contracts/connection.ts'
import { accountId, type HandEntry, isWanted, refId } from '../ledger.ts'
import type { Stage as World } from '../stage.ts'
import type { JsonObject } from '../testing.ts'
import type { Member } from '../world.ts'
import { CLIENT_NOTE } from './privacy.ts'

/** Calendars of a member: the primary one, and those the library made. */
function calendarsOf(world: World, { email }: Member): string[] {
  const known = new Set([email, ...world.oracles.books.calendarsOf(email)])
  return world.google.control
    .calendars()
    .filter(calendar => calendar.deleted !== true && known.has(String(calendar.id)))
    .map(calendar => String(calendar.id))
}

function oursIn(world: World, calendarId: string, account: string): JsonObject[] {
  const { origins, foreign } = world.ledger
  return world
    .liveEvents(calendarId)
    .filter(event => !foreign.has(String(event.id)) && origins.get(String(event.id))?.account === account)
}

function connectionOf(world: World, member: Member): Connection | undefined {
  return world.database.connections.get(member.account)?.connection
}

/** L1 by marks alone: what the host told of, and nobody meddled with, needs no repair to be right. */
export function checkByMarks(world: World): void {
  if (world.beyondBound) return
  const { ledger } = world
  for (const member of world.setup.members) {
    const account = accountId(member.account)
    const connection = connectionOf(world, member)
    if (connection?.status !== 'active') continue
    if (ledger.ties.some(tie => tie.account === account && tie.kind !== 'settings')) continue
    const ours = oursIn(world, member.email, account)
    for (const ref of world.setup.refs) {
      const id = refId(ref)
      if (ref.workspaceId !== member.account.workspaceId) continue
      if (ledger.untold.has(id) || ledger.refused.has(id) || ledger.wasLetIn(id)) continue
      if (wasTouched(world, account, id)) continue
      const events = ours.filter(event => ledger.origins.get(String(event.id))?.ref === id)
      compare(world, 'L1-marks', connection, member, world.host.book.get(ref), events, id)
    }
  }
}

function wasTouched(world: World, account: string, ref: string): boolean {
  return world.ledger.hands.some(hand => {
    const origin = world.ledger.origins.get(hand.eventId)
    return origin?.account === account && origin.ref === ref
  })
}

/** L1 and S7 once everything was healed and repaired: each calendar holds exactly what the app says. */
export function checkEnd(world: World): void {
  const { ledger, oracles } = world
  for (const member of world.setup.members) checkMember(world, member)
  for (const member of world.setup.members) {
    for (const calendarId of calendarsOf(world, member)) {
      for (const event of world.liveEvents(calendarId)) checkEvent(world, event)
    }
  }
  for (const [id, { looks }] of ledger.foreign) {
    const event = findEvent(world, id)
    if (event && JSON.stringify([event.summary, event.start, event.status]) !== looks)
      oracles.fail('S7', `an event that is not ours changed: ${looks}`)
  }
}

function checkMember(world: World, member: Member): void {
  const { ledger, oracles } = world
  const account = accountId(member.account)
  const connection = connectionOf(world, member)
  const kept = ledger.ties.some(tie => tie.account === account && tie.kind === 'keep')
  const stuck = ledger.reports.some(
    ({ issue }) => issue.code === 'cannot-remove' && issue.account && accountId(issue.account) === account,
  )
  const { target } = connection ?? {}
  const current = target?.calendarId === 'primary' ? member.email : target?.calendarId
  const isOpen = connection?.status === 'active'
  for (const calendarId of calendarsOf(world, member)) {
    const ours = oursIn(world, calendarId, account)
    // Nobody looks again into a calendar that was left: what a person took out of the bin there stays.
    // Nor does anybody after a disconnect, so that what a process slept over may stay (docs/spec.md B8, known gaps).
    const left = ours.filter(({ id }) => !wasRestored(world, String(id)) && !ledger.sleptOver.has(String(id)))
    if (isOpen && calendarId === current) {
      for (const ref of world.setup.refs) {
        if (ref.workspaceId !== member.account.workspaceId) continue
        const events = ours.filter(event => ledger.origins.get(String(event.id))?.ref === refId(ref))
        compare(world, 'L1', connection, member, world.host.book.get(ref), events, refId(ref))
      }
    } else if (!kept && !stuck && left.length > 0)
      oracles.fail(
        'L1',
        `${account} is ${connection?.status}, and ${left.length} events are left in ${calendarId}`,
      )
  }
  const ended = isOpen || connection?.status === 'disconnected' || connection === undefined
  if (!ended) oracles.fail('L1', `${account} stayed ${connection?.status} (${connection?.cause})`)
}

function wasRestored({ ledger }: World, eventId: string): boolean {
  return ledger.hands.some(hand => hand.kind === 'restore' && hand.eventId === eventId)
}

function checkEvent(world: World, event: JsonObject): void {
  const { ledger, oracles } = world
  const id = String(event.id)
  if (!ledger.foreign.has(id) && !ledger.origins.has(id)) oracles.fail('S7', `nobody made the event ${id}`)
  const mine = ledger.unowned.get(id)
  const shared = (event.extendedProperties as { shared?: { mine?: string } } | undefined)?.shared
  if (mine !== undefined && shared?.mine !== mine)
    oracles.fail('S7', `a field that is not ours lost its value ${mine}`)
}

function compare(
  world: World,
  code: string,
  connection: Connection,
  member: Member,
  appointment: Appointment | undefined,
  events: readonly JsonObject[],
  ref: string,
): void {
  const wanted = isWanted(appointment, member.account.userId) ? appointment : undefined
  if (events.length !== (wanted ? 1 : 0)) {
    const said = `${accountId(member.account)}: ${events.length} events for ${ref}, wanted ${wanted?.title ?? 'none'}`
    world.oracles.fail(events.length > 1 ? 'S1' : code, said)
    return
  }
  const [event] = events
  if (!wanted || !event) return
  const differences = differing(wanted, connection, event)
  if (differences.length > 0)
    world.oracles.fail(code, `${accountId(member.account)}: ${ref} differs: ${differences.join('; ')}`)
}

function differing(wanted: Appointment, { settings }: Connection, event: JsonObject): string[] {
  const wrong: string[] = []
  const expect = (field: string, expected: unknown, actual: unknown) => {
    if (expected !== actual) wrong.push(`${field} is ${actual}, not ${expected}`)
  }
  const { client, title, notes, location } = wanted
  const names = settings.includeClientNames && client?.name !== undefined
  expect('summary', names ? `${title} with ${client?.name}` : title, event.summary)
  // A person's own words may stand where the app has none.
  if (location !== undefined || /^place\d+x$/.test(String(event.location)))
    expect('location', location, event.location)
  // Its guests read the description.
  const mayHaveGuests = settings.notifyClients && client?.mayBeInvited === true
  const shown = settings.includeNotes && !mayHaveGuests ? notes : undefined
  if (shown !== undefined || String(event.description).includes(CLIENT_NOTE))
    expect('description', shown, event.description)
  const { dateTime } = event.start as { dateTime: string }
  expect('start', Date.parse(`${wanted.start}:00+01:00`), Date.parse(dateTime))
  const guest = mayHaveGuests ? client.email : undefined
  expect(
    'guests',
    guest,
    (event.attendees as { email: string }[] | undefined)?.map(({ email }) => email).join(),
  )
  return wrong
}

/** S2 and S3 in the one-way sense: what a person did in Google still stands, or its loss was reported. */
export function checkHands(world: World): void {
  const { ledger } = world
  for (const [i, hand] of ledger.hands.entries()) {
    const origin = ledger.origins.get(hand.eventId)
    if (origin === undefined || hand.kind === 'restore' || hand.kind === 'strip') continue
    const isLast = !ledger.hands
      .slice(i + 1)
      .some(later => later.eventId === hand.eventId && (later.kind !== 'edit' || later.field === hand.field))
    if (!isLast || wasMoved(world, origin.account) || wasDugUp(world, hand, origin)) continue
    if (hand.kind === 'edit') checkEdit(world, hand, origin)
    else checkDelete(world, hand, origin)
  }
}

function checkEdit(
  world: World,
  { eventId, calendarId, field = '', value, at }: HandEntry,
  origin: Origin,
): void {
  const { ledger, oracles } = world
  // A write that lands later than any can, by our assumption, is not waited for (docs/spec.md B8, known gaps).
  if (ledger.sleptOver.has(eventId)) return
  if (ledger.removals.some(removal => removal.eventId === eventId && removal.at >= at)) return
  const event = findEvent(world, eventId, calendarId)
  if (!event || event.status === 'cancelled' || event[field] === value) return
  const told = wasReported(world, 'overwritten', origin, at, field)
  if (!told) oracles.fail('S2', `${field} "${value}" of ${origin.ref} is gone, and nobody was told`)
}

function checkDelete(world: World, { at, calendarId, eventId }: HandEntry, origin: Origin): void {
  const { oracles, ledger } = world
  // A blank host wants nothing, without a word in the ledger.
  if (world.host.wasBlind) return
  const userId = origin.account.split('/')[1] ?? ''
  const isThere = oursIn(world, calendarId, origin.account).some(
    event => ledger.origins.get(String(event.id))?.ref === origin.ref,
  )
  if (!isThere || ledger.wasUnwanted(origin.ref, userId, at) || wasReported(world, 'restored', origin, at))
    return
  // The engine was just removing it: app and person agreed, whatever the app wanted next.
  if (ledger.agreed.some(span => span.eventId === eventId && span.from <= at && at <= span.until)) return
  oracles.fail('S3', `${origin.ref} was deleted by hand, is back, and nobody was told`)
}

interface Origin {
  readonly ref: string
  readonly account: string
}

/** What came out of the bin, or came in again by a late insert after it was emptied, has an unknown base (D2). */
function wasDugUp(world: World, { eventId, calendarId, at }: HandEntry, { ref }: Origin): boolean {
  const { ledger } = world
  const unknown = wasRestored(world, eventId) || ledger.wasLetIn(ref)
  return unknown || ledger.purges.some(purge => purge.calendarId === calendarId && purge.at >= at)
}

/** Its links were detached or left: what was known of its events is gone, and says so in the rules (D2, D4). */
function wasMoved(world: World, account: string): boolean {
  return world.ledger.ties.some(
    tie => tie.account === account && (tie.kind === 'keep' || tie.kind === 'remove' || tie.kind === 'target'),
  )
}

function wasReported(world: World, code: string, origin: Origin, since: number, field?: string): boolean {
  return world.ledger.reports.some(
    ({ at, issue }) =>
      at >= since &&
      issue.code === code &&
      issue.ref &&
      refId(issue.ref) === origin.ref &&
      issue.account &&
      accountId(issue.account) === origin.account &&
      (field === undefined || issue.fields?.includes(field)),
  )
}

function findEvent(world: World, eventId: string, calendarId?: string): JsonObject | undefined {
  const calendars =
    calendarId === undefined ? world.google.control.calendars().map(({ id }) => String(id)) : [calendarId]
  for (const id of calendars) {
    const event = world.google.control.readCalendar(id).events.find(candidate => candidate.id === eventId)
    if (event) return event
  }
  return undefined
}
