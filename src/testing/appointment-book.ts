import type { Appointment } from '../contracts/appointment.ts'
import type { AppointmentSource, ChangesPage, ChangesQuery } from '../contracts/appointment-source.ts'
import type { AppointmentRef } from '../contracts/identity.ts'

interface Entry {
  readonly ref: AppointmentRef
  readonly appointment: Appointment
  readonly changedAt: number
}

/** A host's appointments in memory, for tests: an AppointmentSource whose rows a test writes. */
export class AppointmentBook implements AppointmentSource {
  readonly #entries = new Map<string, Entry>()
  #changes = 0

  put(ref: AppointmentRef, appointment: Appointment): void {
    this.#entries.set(keyOf(ref), { ref, appointment, changedAt: ++this.#changes })
  }

  change(ref: AppointmentRef, change: Partial<Appointment>): void {
    const entry = this.#entries.get(keyOf(ref))
    if (!entry) throw new Error(`The book has no appointment ${ref.appointmentId}.`)
    this.put(ref, { ...entry.appointment, ...change })
  }

  delete(ref: AppointmentRef): void {
    this.#entries.delete(keyOf(ref))
  }

  get(ref: AppointmentRef): Appointment | undefined {
    return this.#entries.get(keyOf(ref))?.appointment
  }

  changes({ account, after, endsAfter, limit }: ChangesQuery): ChangesPage {
    const from = after === undefined ? 0 : Number(after)
    const found = [...this.#entries.values()]
      .filter(({ ref, appointment, changedAt }) => {
        const own = ref.workspaceId === account.workspaceId && appointment.userIds.includes(account.userId)
        return own && changedAt > from && endOf(appointment) > endsAfter.getTime()
      })
      .sort((a, b) => a.changedAt - b.changedAt)
      .slice(0, limit)
    const last = found.at(-1)
    return last ? { refs: found.map(({ ref }) => ref), cursor: String(last.changedAt) } : { refs: [] }
  }
}

/** A series counts as endless: a source may list too many, and the library tells its end by itself. */
function endOf({ start, end, recurrence = [] }: Appointment): number {
  if (recurrence.length > 0) return Number.POSITIVE_INFINITY
  const at = new Date(end ?? start).getTime()
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at + 86_400_000
}

function keyOf(ref: AppointmentRef): string {
  return JSON.stringify([ref.workspaceId, ref.appointmentId])
}
