import type { Appointment } from '../contracts/appointment.ts'
import type { ConnectionSettings } from '../contracts/settings.ts'
import { AppointmentError } from '../errors.ts'
import { type EventDraft, OWNED_FIELDS } from './fields.ts'
import { readEmail } from './guests.ts'
import { applyHook } from './hook.ts'
import { MAX_DESCRIPTION, MAX_LOCATION, MAX_SUMMARY } from './limits.ts'
import { passGate, type VisibleAppointment } from './privacy.ts'
import type { MappingOptions, Projection, ProjectionFields } from './projection.ts'
import { cleanLine, escapeWithin, truncate } from './text.ts'
import type { Timing } from './times.ts'

/** What one account's calendar should show of an appointment. Throws AppointmentError. */
export function toEvent(
  appointment: Appointment,
  timing: Timing,
  settings: ConnectionSettings,
  options: MappingOptions,
): Omit<Projection, 'version'> {
  const gated = passGate(appointment, timing, settings, options)
  const draft = draftOf(gated.visible, timing, options)
  const wanted = options.mapEvent ? applyHook(options.mapEvent, gated, draft, settings) : draft
  const fields = fieldsOf({ ...wanted, summary: wanted.summary || cleanLine(options.title) })
  const invites = gated.guestsAllowed && fields.attendees !== undefined
  return { fields, startsAt: timing.startsAt, endsAt: timing.endsAt, invites }
}

function draftOf(visible: VisibleAppointment, timing: Timing, options: MappingOptions): EventDraft {
  return {
    summary: truncate(summaryOf(visible, options), MAX_SUMMARY),
    description: visible.notes && escapeWithin(visible.notes, MAX_DESCRIPTION),
    location: visible.location && truncate(visible.location, MAX_LOCATION),
    start: timing.start,
    end: timing.end,
    recurrence: visible.recurrence,
    status: visible.status === 'tentative' ? 'tentative' : undefined,
    attendees:
      visible.clientEmail === undefined
        ? undefined
        : [Object.freeze({ email: guestOf(visible.clientEmail) })],
  }
}

/** The client's name wins over the neutral title; a template can show both. */
function summaryOf(visible: VisibleAppointment, options: MappingOptions): string {
  const neutral = visible.title ?? options.title
  const summary =
    visible.clientName === undefined
      ? neutral
      : fill(options.titleWithClient, { client: visible.clientName, title: neutral })
  return cleanLine(
    visible.status === 'cancelled' ? fill(options.cancelledTitle, { title: summary }) : summary,
  )
}

/** One pass: a name that looks like a placeholder stays a name. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (found, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? found) : found,
  )
}

function guestOf(email: string): string {
  const address = readEmail(email)
  if (address === undefined)
    throw new AppointmentError('appointment-invalid', ['client.email: is no address'])
  return address
}

function fieldsOf(draft: EventDraft): ProjectionFields {
  const fields: Record<string, unknown> = {}
  for (const name of OWNED_FIELDS) {
    const value = draft[name]
    const empty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
    if (!empty) fields[name] = value
  }
  return Object.freeze(fields)
}
