import type { Appointment } from '../contracts/appointment.ts'
import { MAX_ID_LENGTH } from '../contracts/identity.ts'
import { AppointmentError } from '../errors.ts'
import { APPOINTMENT_FIELDS, appointmentSchema } from './appointment-schema.ts'
import { MAX_RECURRENCE_LINES, MAX_USERS } from './limits.ts'
import { recurrenceProblems } from './recurrence.ts'
import { NOT_PLAIN, plainItems, plainValue, snapshot } from './snapshot.ts'
import { resolveTiming, type Timing } from './times.ts'
import type { Zones } from './zones.ts'

export interface ParsedAppointment {
  readonly appointment: Appointment
  readonly timing: Timing
}

const CLIENT_FIELDS = ['name', 'email', 'mayBeInvited']
const MAX_PROBLEMS = 10
const BAD_ZONE =
  'timeZone: must be an IANA name such as Europe/Berlin or UTC; offsets, abbreviations and Windows names are not zones'

/** Throws AppointmentError. Whatever the host handed over, only this appointment fails. */
export function parse(raw: unknown, zones: Zones): ParsedAppointment {
  const plain = copyOf(raw)
  const result = appointmentSchema.safeParse(plain)
  if (!result.success) {
    refuse(result.error.issues.map(issue => `${issue.path.join('.') || 'appointment'}: ${issue.message}`))
  }
  const appointment = result.data
  const problems = recurrenceProblems(appointment.recurrence ?? [], appointment.allDay ?? false)
  if (!zones.has(appointment.timeZone)) refuse([...problems, BAD_ZONE])
  const timing = resolveTiming(appointment, zones)
  if (!('startsAt' in timing)) refuse([...problems, ...timing])
  if (problems.length > 0) refuse(problems)
  return { appointment: freeze(appointment), timing }
}

/** Whose it is, as far as that can be told of one that does not parse: its status is still to be shown. */
export function usersNamedIn(raw: unknown): readonly string[] {
  const users = plainItems(snapshot(raw, ['userIds'])?.userIds, MAX_USERS, plainValue)
  if (!Array.isArray(users)) return []
  return users.filter(id => typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_LENGTH)
}

function copyOf(raw: unknown): Record<string, unknown> {
  const copy = snapshot(raw, APPOINTMENT_FIELDS)
  if (copy === undefined) refuse(['appointment: must be an object'])
  for (const name of Object.keys(copy)) {
    if (name === 'userIds') copy[name] = plainItems(copy[name], MAX_USERS, plainValue)
    else if (name === 'recurrence') copy[name] = plainItems(copy[name], MAX_RECURRENCE_LINES, plainValue)
    else if (name === 'client') copy[name] = clientOf(copy[name])
    else copy[name] = plainValue(copy[name])
  }
  return copy
}

function clientOf(raw: unknown): unknown {
  const copy = snapshot(raw, CLIENT_FIELDS)
  if (copy === undefined) return NOT_PLAIN
  for (const name of Object.keys(copy)) copy[name] = plainValue(copy[name])
  return copy
}

function freeze(appointment: Appointment): Appointment {
  Object.freeze(appointment.userIds)
  if (appointment.recurrence !== undefined) Object.freeze(appointment.recurrence)
  if (appointment.client !== undefined) Object.freeze(appointment.client)
  return Object.freeze(appointment)
}

function refuse(problems: readonly string[]): never {
  throw new AppointmentError('appointment-invalid', problems.slice(0, MAX_PROBLEMS))
}
