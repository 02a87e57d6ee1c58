import { z } from 'zod'
import { MAX_ID_LENGTH } from '../contracts/identity.ts'
import {
  MAX_DURATION_DAYS,
  MAX_RECURRENCE_LINE,
  MAX_RECURRENCE_LINES,
  MAX_USERS,
  MAX_VERSION,
} from './limits.ts'

const MAX_MINUTES = MAX_DURATION_DAYS * 24 * 60
const text = z.string({ error: 'must be text' })
const time = z.string({ error: 'must be a valid Date or ISO 8601 text' })

function sized(max: number) {
  const error = `must be text of 1 to ${max} characters`
  return z.string({ error }).min(1, { error }).max(max, { error })
}

function list<T extends z.ZodType>(item: T, max: number) {
  return z.array(item, { error: `must be a plain array of at most ${max} items` })
}

const minutes = { error: `must be a whole number of minutes from 1 to ${MAX_MINUTES}` }

/** Messages of our own: they name what is wanted, and never what was given. */
export const appointmentSchema = z.object({
  version: sized(MAX_VERSION).optional(),
  userIds: list(sized(MAX_ID_LENGTH), MAX_USERS),
  start: time,
  end: time.optional(),
  durationMinutes: z.int(minutes).min(1, minutes).max(MAX_MINUTES, minutes).optional(),
  timeZone: text,
  allDay: z.boolean({ error: 'must be true or false' }).optional(),
  status: z.enum(['confirmed', 'tentative', 'cancelled'], {
    error: 'must be confirmed, tentative or cancelled',
  }),
  title: text.optional(),
  location: text.optional(),
  notes: text.optional(),
  client: z
    .object(
      {
        name: text.optional(),
        email: text.optional(),
        mayBeInvited: z.boolean({ error: 'must be true or false' }).optional(),
      },
      { error: 'must be an object' },
    )
    .optional(),
  recurrence: list(sized(MAX_RECURRENCE_LINE), MAX_RECURRENCE_LINES).optional(),
})

export const APPOINTMENT_FIELDS = Object.keys(appointmentSchema.shape)
