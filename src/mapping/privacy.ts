import type { Appointment, AppointmentStatus } from '../contracts/appointment.ts'
import type { ConnectionSettings } from '../contracts/settings.ts'
import { MAX_TEXT_INPUT } from './limits.ts'
import { cleanLine, cleanLines } from './text.ts'
import type { Timing } from './times.ts'

/** The appointment as far as this account may show it. What is withheld is absent. */
export interface VisibleAppointment {
  readonly status: AppointmentStatus
  /** ISO 8601 with offset, or a date when `allDay`. */
  readonly start: string
  readonly end: string
  readonly timeZone: string
  readonly allDay: boolean
  readonly title?: string
  readonly location?: string
  readonly notes?: string
  readonly clientName?: string
  readonly clientEmail?: string
  readonly recurrence?: readonly string[]
}

export interface Gated {
  readonly visible: VisibleAppointment
  /** What the gate held back, to be looked for in what the host's hook returns. */
  readonly withheld: readonly Withheld[]
  readonly guestsAllowed: boolean
  readonly locationAllowed: boolean
}

export interface Withheld {
  readonly name: string
  readonly value: string
}

/** Shorter values stand in too many innocent words to be looked for. */
const MIN_WITHHELD = 4

/**
 * The one place that decides what may leave, field by field. A field that is not named here does not leave. The
 * host's own title is neutral by contract and passes; ids of users and the version are nobody's business.
 */
export function passGate(
  appointment: Appointment,
  timing: Timing,
  settings: ConnectionSettings,
  options: { readonly sensitiveLocations: boolean },
): Gated {
  const guestsAllowed = settings.notifyClients && appointment.client?.mayBeInvited === true
  // An event's guests read its description: what was written about a client is not for the client.
  const notesAllowed = settings.includeNotes && !guestsAllowed
  const locationAllowed = !options.sensitiveLocations
  const title = cleanLine(bounded(appointment.title))
  const location = cleanLine(bounded(appointment.location))
  const notes = cleanLines(bounded(appointment.notes))
  const clientName = cleanLine(bounded(appointment.client?.name))
  const clientEmail = (appointment.client?.email ?? '').slice(0, MAX_TEXT_INPUT)

  const visible: VisibleAppointment = {
    status: appointment.status,
    start: timing.start.dateTime ?? timing.start.date ?? '',
    end: timing.end.dateTime ?? timing.end.date ?? '',
    timeZone: appointment.timeZone,
    allDay: appointment.allDay ?? false,
    ...(title !== '' && { title }),
    ...(location !== '' && locationAllowed && { location }),
    ...(notes !== '' && notesAllowed && { notes }),
    ...(clientName !== '' && settings.includeClientNames && { clientName }),
    ...(clientEmail !== '' && guestsAllowed && { clientEmail }),
    ...(appointment.recurrence?.length && { recurrence: appointment.recurrence }),
  }
  const withheld = [
    { name: 'location', value: visible.location === undefined ? location : '' },
    { name: 'notes', value: visible.notes === undefined ? notes : '' },
    { name: 'client.name', value: visible.clientName === undefined ? clientName : '' },
    { name: 'client.email', value: visible.clientEmail === undefined ? clientEmail.trim() : '' },
  ].filter(({ value }) => value.length >= MIN_WITHHELD)
  return { visible: Object.freeze(visible), withheld, guestsAllowed, locationAllowed }
}

/** The first withheld value that stands in the text as whole words, by name. */
export function findWithheld(text: string, withheld: readonly Withheld[]): string | undefined {
  const folded = fold(text)
  return withheld.find(({ value }) => holdsWords(folded, fold(value)))?.name
}

function holdsWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at)
    const after = text.slice(at + words.length, at + words.length + 2)
    if (!/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after)) return true
  }
  return false
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ')
}

/** Several times more than can be sent: the rest would be cut anyway. */
const MAX_WORK = 65_536

function bounded(text: string | undefined): string {
  return (text ?? '').slice(0, MAX_WORK)
}
