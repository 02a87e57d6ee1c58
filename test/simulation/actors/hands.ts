import type { Stage as World } from '../stage.ts'
import type { JsonObject } from '../testing.ts'

/** What a person does in Google Calendar: to events of ours, and to events of their own. */
export function useHands(world: World): void {
  const { acts } = world
  const member = acts.pick(world.setup.members)
  const calendarId = calendarOf(world, member.email)
  if (calendarId === undefined) return
  const all = world.google.control.readCalendar(calendarId).events
  const ours = all.filter(event => !world.ledger.foreign.has(String(event.id)))
  const live = ours.filter(event => event.status !== 'cancelled')
  const act = acts.pick([
    'edit',
    'edit',
    'edit',
    'delete',
    'delete',
    'unowned',
    'strip',
    'drift',
    'restore',
    'copy',
    'foreign',
    'bin',
  ] as const)
  if (act === 'foreign') makeForeign(world, calendarId, {})
  else if (act === 'bin') emptyBin(world, calendarId)
  else if (act === 'restore') restore(world, calendarId, ours)
  else if (live.length > 0) actOn(world, calendarId, acts.pick(live), act)
}

function actOn(
  world: World,
  calendarId: string,
  event: JsonObject,
  act: 'edit' | 'delete' | 'unowned' | 'strip' | 'drift' | 'copy',
): void {
  const { ledger, now, acts } = world
  const { control } = world.google
  const eventId = String(event.id)
  switch (act) {
    case 'edit': {
      const field = acts.pick(['summary', 'summary', 'location'])
      const value = ledger.unique('hand')
      control.editEvent(calendarId, eventId, { [field]: value })
      ledger.hands.push({ at: now, kind: 'edit', calendarId, eventId, field, value })
      world.note(`hand: ${field} of ${eventId.slice(0, 6)} in ${calendarId} is ${value}`)
      return
    }
    case 'delete':
      control.deleteEvent(calendarId, eventId)
      ledger.hands.push({ at: now, kind: 'delete', calendarId, eventId })
      ledger.unowned.delete(eventId)
      world.note(`hand: deletes ${eventId.slice(0, 6)} in ${calendarId}`)
      return
    case 'unowned': {
      const value = ledger.unique('mine')
      control.editEvent(calendarId, eventId, { extendedProperties: { shared: { mine: value } } })
      ledger.unowned.set(eventId, value)
      return
    }
    case 'strip':
      control.editEvent(calendarId, eventId, { extendedProperties: { private: { gcsm: null } } })
      ledger.unowned.delete(eventId)
      ledger.hands.push({ at: now, kind: 'strip', calendarId, eventId })
      remember(world, calendarId, eventId)
      world.note(`hand: another tool drops our marker from ${eventId.slice(0, 6)}`)
      return
    case 'drift':
      control.driftEtag(calendarId, eventId)
      return
    case 'copy': {
      const { summary, start, end, extendedProperties } = event
      makeForeign(world, calendarId, { summary, start, end, extendedProperties } as JsonObject)
    }
  }
}

function makeForeign(world: World, calendarId: string, like: JsonObject): void {
  const { ledger } = world
  const time = { dateTime: '2026-12-11T09:00:00+01:00', timeZone: 'Europe/Berlin' }
  const made = world.google.control.createEvent(calendarId, {
    summary: ledger.unique('foreign'),
    start: time,
    end: { ...time, dateTime: '2026-12-11T09:30:00+01:00' },
    ...like,
  })
  remember(world, calendarId, String(made.id))
}

/** From now on it is a person's own, and must stay as it is. */
function remember(world: World, calendarId: string, eventId: string): void {
  const event = world.google.control.readCalendar(calendarId).events.find(({ id }) => id === eventId)
  // With real processes our delete may have come first: a tombstone needs no marker to be ours.
  if (event?.status === 'cancelled') return
  const looks = JSON.stringify([event?.summary, event?.start, event?.status])
  world.ledger.foreign.set(eventId, { at: world.now, looks })
}

function restore(world: World, calendarId: string, ours: readonly JsonObject[]): void {
  const dead = ours.filter(event => event.status === 'cancelled' && event.start !== undefined)
  if (dead.length === 0) return
  const eventId = String(world.acts.pick(dead).id)
  try {
    world.google.control.restoreEvent(calendarId, eventId)
  } catch {
    return
  }
  world.ledger.hands.push({ at: world.now, kind: 'restore', calendarId, eventId })
  world.note(`hand: takes ${eventId.slice(0, 6)} out of the bin`)
}

function emptyBin(world: World, calendarId: string): void {
  const how = world.acts.pick(['purge', 'forbid'] as const)
  world.google.control.emptyBin(calendarId, how)
  if (how === 'purge') world.ledger.purges.push({ at: world.now, calendarId })
  world.note(`hand: empties the bin of ${calendarId}`)
}

/** The primary calendar, or now and then the one that the library made. */
export function calendarOf(world: World, email: string): string | undefined {
  const calendars = world.google.control
    .calendars()
    .filter(calendar => calendar.deleted !== true)
    .map(calendar => String(calendar.id))
  const own = calendars.filter(id => id === email || world.oracles.books.calendarsOf(email).has(id))
  return own.length > 0 ? world.acts.pick(own) : undefined
}
