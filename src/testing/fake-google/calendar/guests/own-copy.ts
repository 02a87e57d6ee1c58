import { compact, type JsonObject, sameJson } from '../../wire/json.ts'
import { Refusal } from '../../wire/reply.ts'
import { forbidden, forbiddenForNonOrganizer } from '../../wire/standard-errors.ts'
import type { StoredEvent } from '../stored-event.ts'
import type { Writing } from '../writing.ts'

/** A guest's own; the rest is the organizer's (Calendar API, "Inviting attendees to events"). */
export const OWN = ['reminders', 'colorId', 'eventLabelId', 'transparency', 'attendees']
const LOCKED = ['summary', 'description', 'location', 'start', 'end', 'recurrence']

/** Holds an app to what it may change of a guest's copy, and of a locked one. */
export function checkOwnCopy(
  { world, asGuest }: Writing,
  { fields: before, organizer, locked }: StoredEvent,
  after: JsonObject,
): void {
  if (!asGuest) return
  if (locked && LOCKED.some(key => !sameJson(before[key], after[key]))) throw new Refusal(forbidden())
  if (organizer === undefined || before.guestsCanModify === true) return
  if (world.switches.guestEdits === 'stayLocal') return
  if (!sameJson(othersOf(before, OWN), othersOf(after, OWN))) throw new Refusal(forbiddenForNonOrganizer())
}

/** What is not `own`, shared properties included. */
export function othersOf(fields: JsonObject, own: readonly string[]): JsonObject {
  const others = Object.entries(fields).filter(([key]) => !own.includes(key) && key !== 'extendedProperties')
  const properties = fields.extendedProperties as JsonObject | undefined
  return compact({ ...Object.fromEntries(others), sharedProperties: properties?.shared })
}
