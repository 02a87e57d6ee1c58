import { invalid } from '../wire/envelope.ts'
import { type Json, type JsonObject, sameJson } from '../wire/json.ts'
import { Refusal } from '../wire/reply.ts'
import { deleted, duplicate, forbidden } from '../wire/standard-errors.ts'
import type { World } from '../world/world.ts'
import { readEventFields, readSequence, readStatus } from './event-fields.ts'
import { readIds } from './event-id.ts'
import {
  checkBatch,
  checkEventType,
  checkTypeChange,
  checkTypeRules,
  fieldRules,
  refuseEventType,
} from './event-rules.ts'
import { tellOrganizer } from './guests/answer.ts'
import { tellGuests } from './guests/invite.ts'
import { checkOwnCopy } from './guests/own-copy.ts'
import { mergePatch } from './merge.ts'
import { afterReschedule, originalStarts, reviveExceptions, shareVisibility } from './series-writes.ts'
import type { StoredCalendar } from './stored-calendar.ts'
import { type EventStatus, isSeries, newEvent, type StoredEvent } from './stored-event.ts'
import { bury } from './tombstones.ts'
import type { Writing } from './writing.ts'

/** `sequence` grows when one of these changes; inferred, the rule is not documented. */
const RESCHEDULING = ['start', 'end', 'recurrence', 'location'] as const

export function insertEvent(
  writing: Writing,
  body: JsonObject,
  creator: string,
  organizer?: string,
  /** Of Google's own making, in forms that clients may not choose. */
  ownId?: string,
) {
  const { world, now, calendar } = writing
  const { id, iCalUID } = ownId
    ? { id: ownId, iCalUID: `${ownId}@google.com` }
    : readIds(body.id, body.iCalUID, () => world.ids.eventId())
  if (hasText(body.recurringEventId)) invalid('Invalid recurringEventId value.')
  const fields = readEventFields(body, fieldRules(world, calendar))
  checkEventType(writing, fields)
  const status = readStatus(body.status, 'confirmed')
  const sequence = readSequence(body.sequence, 0)
  // A tombstone keeps its id occupied (observed).
  if (calendar.events.has(id)) throw new Refusal(duplicate())
  const micros = calendar.stamp(now)
  const own = { id, iCalUID, createdMs: now, creator, organizer, fields, status, sequence }
  const event = newEvent(own, micros)
  calendar.add(event)
  tellGuests(writing, event, undefined)
  maybeDrift(world, calendar, event, now)
  return event
}

/** PUT. Answers whether anything changed: if not, the etag stands. */
export function updateEvent(writing: Writing, event: StoredEvent, body: JsonObject): boolean {
  const { world, calendar } = writing
  const { putWithoutStatusRevives } = world.switches
  const fallback = event.status === 'cancelled' && !putWithoutStatusRevives ? 'cancelled' : 'confirmed'
  const status = readStatus(body.status, fallback)
  if (revives(event, status)) checkRevival(writing, event)
  const fields = readEventFields(bodyFor(event, body), fieldRules(world, calendar))
  return store(writing, event, fields, status, body)
}

export function patchEvent(writing: Writing, event: StoredEvent, body: JsonObject): boolean {
  const { world, calendar } = writing
  const status = readStatus(body.status, event.status)
  // Cancelling needs no valid body: it is a delete by another name.
  if (status === 'cancelled' && event.status !== 'cancelled') return removeEvent(writing, event)
  if (revives(event, status)) checkRevival(writing, event)
  const fields = readEventFields(mergePatch(event.fields, bodyFor(event, body)), fieldRules(world, calendar))
  return store(writing, event, fields, status, body)
}

/** An instance has no recurrence of its own, and cannot change series. */
function bodyFor(event: StoredEvent, body: JsonObject): JsonObject {
  const { recurringEventId } = body
  if (hasText(recurringEventId) && recurringEventId !== event.recurringEventId)
    invalid('Invalid recurringEventId value.')
  if (event.recurringEventId === undefined) return body
  const { recurrence: _, ...rest } = body
  return rest
}

/**
 * Leaves a tombstone, which a second delete answers with 410. `forgets`: of what was, only the id stays, as always
 * on a guest's copy. For a guest it is a way of declining.
 */
export function removeEvent(
  writing: Writing,
  event: StoredEvent,
  forgets = event.organizer !== undefined || writing.world.switches.tombstoneDetails === 'idOnly',
): boolean {
  if (event.status === 'cancelled') throw new Refusal(deleted())
  checkBatch(writing.inBatch, event.fields)
  const before = event.fields
  bury(writing, event, forgets)
  tellOthers(writing, event, before)
  return true
}

/** As the user takes an event out of the bin, which no setting forbids. */
export function reviveEvent(writing: Writing, event: StoredEvent): void {
  writing.calendar.change(event, writing.now, { status: 'confirmed', sequence: event.sequence + 1 })
  if (event.recurringEventId === undefined) reviveExceptions(writing, event)
  tellOthers(writing, event, undefined)
}

function tellOthers(writing: Writing, event: StoredEvent, before: JsonObject | undefined): void {
  if (event.origin) tellOrganizer(writing, event)
  else tellGuests(writing, event, before)
}

function hasText(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== ''
}

function store(
  writing: Writing,
  event: StoredEvent,
  wanted: JsonObject,
  status: EventStatus,
  body: JsonObject,
) {
  const { world, now, calendar } = writing
  const fields = event.recurringEventId === undefined ? wanted : shareVisibility(writing, event, wanted)
  if (
    (fields.eventType ?? 'default') !== (event.fields.eventType ?? 'default') &&
    event.status !== 'cancelled'
  ) {
    refuseEventType(String(event.fields.eventType ?? 'default'))
  }
  if (fields.eventType !== undefined && !writing.planted) {
    checkBatch(writing.inBatch, fields)
    checkTypeRules(fields)
    if (event.status !== 'cancelled') checkTypeChange(event.fields, fields)
  }
  const sequence = readSequence(body.sequence, event.sequence)
  const unchanged = event.status === status && sequence === event.sequence
  if (unchanged && sameJson(event.fields, fields)) return false
  if (status === 'cancelled' && event.status !== 'cancelled') return removeEvent(writing, event)
  const comesBack = revives(event, status)
  if (!comesBack) checkOwnCopy(writing, event, fields)
  const { sequenceGrowsWith } = world.switches
  const moves = RESCHEDULING.some(key => !sameJson(event.fields[key], fields[key]))
  const rescheduled = comesBack || moves || sequenceGrowsWith === 'anyChange'
  const changes = {
    fields,
    status,
    sequence: rescheduled && sequence === event.sequence ? sequence + 1 : sequence,
  }
  // `updated` does not follow changes of reminders (Calendar API, "Events").
  const remindersOnly =
    unchanged && sameJson({ ...event.fields, reminders: null }, { ...fields, reminders: null })
  const starts = moves && isSeries(event) && !comesBack ? originalStarts(writing, event) : undefined
  const before = event.status === 'cancelled' ? undefined : event.fields
  calendar.change(event, now, changes, !remindersOnly)
  if (starts) afterReschedule(writing, event, starts)
  if (comesBack && event.recurringEventId === undefined) reviveExceptions(writing, event)
  tellOthers(writing, event, before)
  maybeDrift(world, calendar, event, now)
  return true
}

function revives(event: StoredEvent, status: EventStatus): boolean {
  return event.status === 'cancelled' && status !== 'cancelled'
}

/** A guest cannot bring back what the organizer or they themselves took away (observed). */
function checkRevival({ world, asGuest }: Writing, { beyondRevival, organizer }: StoredEvent): void {
  const foreign = asGuest === true && organizer !== undefined
  if (beyondRevival || foreign || world.switches.revive === 'forbidden') throw new Refusal(forbidden())
}

function maybeDrift(world: World, calendar: StoredCalendar, event: StoredEvent, now: number): void {
  const { etagDriftRate, etagDriftAfterMs } = world.switches
  if (etagDriftRate > 0 && world.chance.float() < etagDriftRate)
    calendar.driftLater(event, now + etagDriftAfterMs)
}
