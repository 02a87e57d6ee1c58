import type { AccessRole } from '../calendar/access-rules.ts'
import { renderCalendar } from '../calendar/calendar-methods.ts'
import { patchEvent, removeEvent, reviveEvent } from '../calendar/event-writes.ts'
import { moveEvent } from '../calendar/move-event.ts'
import { renderEvent } from '../calendar/render-event.ts'
import { findInstance } from '../calendar/series.ts'
import type { StoredCalendar } from '../calendar/stored-calendar.ts'
import type { StoredEvent } from '../calendar/stored-event.ts'
import type { Writing } from '../calendar/writing.ts'
import { cloneJson, isObject, type JsonObject } from '../wire/json.ts'
import { Refusal } from '../wire/reply.ts'
import type { World } from '../world/world.ts'
import { ControlError, expect } from './control-error.ts'
import { createEvent, respond } from './invitation-control.ts'
import { duplicateEvent, splitSeries } from './series-control.ts'

export interface CalendarView {
  readonly calendar: JsonObject
  readonly owner: string
  readonly deleted: boolean
  /** Tombstones included, oldest first, as `events.get` shows them. */
  readonly events: readonly JsonObject[]
}

export interface CalendarInput {
  readonly summary: string
  readonly description?: string | undefined
  readonly timeZone?: string | undefined
  /** Makes it a calendar that this client's app created. */
  readonly clientId?: string | undefined
  /** False: `events.watch` is refused, as for feeds of holidays and the like. */
  readonly pushes?: boolean | undefined
}

/** What the user does by hand in Google Calendar. A primary calendar's id is the account's address. */
export interface UserInterfaceControl {
  calendars(): JsonObject[]
  /** The whole calendar, also when it was deleted. */
  readCalendar(calendarId: string): CalendarView
  createCalendar(email: string, input: CalendarInput): JsonObject
  updateCalendar(
    calendarId: string,
    changes: Partial<Pick<CalendarInput, 'summary' | 'description' | 'timeZone'>>,
  ): JsonObject
  setSetting(email: string, id: string, value: string): void
  deleteCalendar(calendarId: string): void
  /** `null` ends the access. */
  shareCalendar(calendarId: string, email: string, role: AccessRole | null): void
  /**
   * `organizer` makes it an invitation of somebody else's: with an account here, an event of theirs with this
   * calendar as a guest, of which its copy is answered; without, one that came from outside.
   */
  createEvent(calendarId: string, event: JsonObject, organizer?: string): JsonObject
  /** Fields as in a PATCH. */
  editEvent(calendarId: string, eventId: string, changes: JsonObject): JsonObject
  /** "This and following": the series ends before the instance, a new one starts there. Answers the new one. */
  splitSeries(calendarId: string, eventId: string, instanceId: string, changes?: JsonObject): JsonObject
  duplicateEvent(calendarId: string, eventId: string): JsonObject
  /** To another calendar, which becomes its organizer. Answers the event there. */
  moveEvent(calendarId: string, eventId: string, destination: string): JsonObject
  /** Makes the main fields unchangeable for apps, as those of some copies are; `false` ends it. */
  lockEvent(calendarId: string, eventId: string, locked?: boolean): JsonObject
  /** A group, for `freebusy.query` to expand. */
  createGroup(email: string, members: readonly string[]): void
  /** A guest's answer; declining is one. */
  respond(
    calendarId: string,
    eventId: string,
    email: string,
    response: 'needsAction' | 'declined' | 'tentative' | 'accepted',
  ): JsonObject
  deleteEvent(calendarId: string, eventId: string): void
  /** Out of the bin again. */
  restoreEvent(calendarId: string, eventId: string): JsonObject
  /**
   * Empties the bin: `purge` forgets the events and frees their ids, `forbid` keeps the tombstones but refuses
   * to bring them back. Both happen. Answers how many there were.
   */
  emptyBin(calendarId: string, how?: 'purge' | 'forbid'): number
  /** Changes an event's etag and nothing else, as Google does by itself now and then. */
  driftEtag(calendarId: string, eventId: string): JsonObject
  /** Of one calendar or of all: the next delta gets 410. */
  invalidateSyncTokens(calendarId?: string): void
}

export function userInterfaceControl(world: World, settle: () => void): UserInterfaceControl {
  const any = (id: string) => expect(world.calendars.find(id), `No calendar ${id}`)
  const live = (id: string) => {
    settle()
    const calendar = any(id)
    if (calendar.deleted) throw new ControlError(`Calendar ${id} is deleted`)
    return calendar
  }
  const act = (calendarId: string, run: (writing: Writing) => StoredEvent): JsonObject => {
    const calendar = live(calendarId)
    const now = world.time.now()
    const event = asControlError(() => run({ world, now, calendar }))
    return view(world, event, calendar)
  }
  const eventOf = ({ calendar }: Writing, id: string) =>
    expect(calendar.events.get(id) ?? findInstance(id, calendar, world.zones), `No event ${id}`)
  return {
    calendars: () =>
      world.calendars
        .all()
        .map(calendar => ({ ...renderCalendar(world, calendar), deleted: calendar.deleted })),
    readCalendar(calendarId) {
      settle()
      const calendar = any(calendarId)
      calendar.settle(world.time.now())
      const events = calendar.order.filter(event => !event.purged).map(event => view(world, event, calendar))
      const { owner, deleted } = calendar
      return { calendar: renderCalendar(world, calendar), owner: owner.email, deleted, events }
    },
    createCalendar(email, { summary, description, timeZone = 'UTC', clientId, pushes = true }) {
      const user = expect(world.users.byEmail(email), `No user ${email}`)
      const project = clientId && expect(world.clients.get(clientId), `No client ${clientId}`).projectNumber
      checkZone(world, timeZone)
      const properties = { summary, description, location: undefined, timeZone, eventLabels: undefined }
      const calendar = world.calendars.createSecondary(user, project, properties, world.time.now())
      calendar.pushes = pushes
      return renderCalendar(world, calendar)
    },
    updateCalendar(calendarId, changes) {
      const calendar = live(calendarId)
      if (changes.timeZone !== undefined) checkZone(world, changes.timeZone)
      Object.assign(calendar.properties, changes)
      calendar.etagMicros = calendar.stamp(world.time.now())
      world.calendars.changed(calendar)
      return renderCalendar(world, calendar)
    },
    setSetting(email, id, value) {
      const user = expect(world.users.byEmail(email), `No user ${email}`)
      if (!user.settings.set(id, value)) throw new ControlError(`No setting ${id}`)
    },
    deleteCalendar: calendarId => world.calendars.delete(live(calendarId)),
    shareCalendar(calendarId, email, role) {
      expect(world.users.byEmail(email), `No user ${email}`)
      const calendar = live(calendarId)
      calendar.access.set({ type: 'user', value: email }, role ?? 'none')
      world.calendars.accessChanged(calendar, world.users.all())
    },
    createEvent(calendarId, event, organizer) {
      return act(calendarId, writing => createEvent(writing, event, organizer))
    },
    editEvent(calendarId, eventId, changes) {
      return act(calendarId, writing => {
        const event = eventOf(writing, eventId)
        patchEvent(writing, event, changes)
        return event
      })
    },
    splitSeries: (calendarId, eventId, instanceId, changes = {}) =>
      act(calendarId, writing => splitSeries(writing, eventOf(writing, eventId), instanceId, changes)),
    duplicateEvent: (calendarId, eventId) =>
      act(calendarId, writing => duplicateEvent(writing, eventOf(writing, eventId))),
    moveEvent(calendarId, eventId, destination) {
      const to = live(destination)
      let id = eventId
      act(calendarId, writing => {
        const event = eventOf(writing, eventId)
        if (event.recurringEventId !== undefined || event.organizer !== undefined || to.id === calendarId)
          throw new ControlError(
            `${eventId} cannot be moved there: it is an instance, a guest's copy or there`,
          )
        id = moveEvent(writing, event, to).id
        return event
      })
      return act(destination, writing => eventOf(writing, id))
    },
    lockEvent: (calendarId, eventId, locked = true) =>
      act(calendarId, writing => {
        const event = eventOf(writing, eventId)
        writing.calendar.change(event, writing.now, { locked })
        return event
      }),
    createGroup: (email, members) => world.groups.set(email, members),
    respond: (calendarId, eventId, email, response) =>
      act(calendarId, writing => {
        const event = eventOf(writing, eventId)
        respond(writing, event, email, response)
        return event
      }),
    deleteEvent(calendarId, eventId) {
      act(calendarId, writing => {
        const event = eventOf(writing, eventId)
        removeEvent(writing, event)
        if (world.switches.revive === 'forbiddenAfterUiDelete') event.beyondRevival = true
        return event
      })
    },
    restoreEvent(calendarId, eventId) {
      return act(calendarId, writing => {
        const event = eventOf(writing, eventId)
        if (event.fields.start === undefined) throw new ControlError(`Event ${eventId} has lost its details`)
        reviveEvent(writing, event)
        return event
      })
    },
    emptyBin(calendarId, how = 'purge') {
      const calendar = live(calendarId)
      const dead = [...calendar.events.values()].filter(event => event.status === 'cancelled')
      for (const event of dead) {
        if (how === 'purge') calendar.purge(event)
        else event.beyondRevival = true
      }
      return dead.length
    },
    driftEtag(calendarId, eventId) {
      return act(calendarId, writing => {
        const event = eventOf(writing, eventId)
        writing.calendar.change(event, writing.now, {}, false)
        return event
      })
    },
    invalidateSyncTokens(calendarId) {
      for (const calendar of calendarId === undefined ? world.calendars.all() : [live(calendarId)]) {
        calendar.syncEpoch++
        calendar.rulesEpoch++
      }
      if (calendarId === undefined) for (const user of world.users.all()) user.syncEpoch++
    },
  }
}

/** A copy: what the caller does with it must not reach the calendar. */
function view(world: World, event: StoredEvent, calendar: StoredCalendar): JsonObject {
  return cloneJson(renderEvent(event, calendar, world))
}

function checkZone(world: World, zone: string): void {
  if (!world.zones.has(zone)) throw new ControlError(`Unknown time zone ${zone}`)
}

function asControlError<T>(run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    const { status, reason, json } = thrown.reply
    const message = isObject(json) && isObject(json.error) ? String(json.error.message) : ''
    throw new ControlError(`Google would answer ${status} ${reason}: ${message}`)
  }
}
