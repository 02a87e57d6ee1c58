import { compact, type JsonObject, sameJson } from '../../wire/json.ts'
import { Refusal } from '../../wire/reply.ts'
import { forbidden, forbiddenForNonOrganizer } from '../../wire/standard-errors.ts'
import type { StoredEvent } from '../stored-event.ts'
import type { Writing } from '../writing.ts'

/** A guest's own; the rest is the organizer's (Calendar API, "Inviting attendees to events"). */
const OWN = ['reminders', 'colorId', 'eventLabelId', 'transparency', 'attendees']
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
  if (!sameJson(othersOf(before), othersOf(after))) throw new Refusal(forbiddenForNonOrganizer())
}

/** What is not the guest's, shared properties included. */
function othersOf(fields: JsonObject): JsonObject {
  const others = Object.entries(fields).filter(([key]) => !OWN.includes(key) && key !== 'extendedProperties')
  const properties = fields.extendedProperties as JsonObject | undefined
  return compact({ ...Object.fromEntries(others), sharedProperties: properties?.shared })
}
