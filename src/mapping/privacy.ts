import type { AppointmentStatus } from '../contracts/appointment.ts'

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
