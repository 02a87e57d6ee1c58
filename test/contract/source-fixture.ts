import type { Appointment } from '../../src/contracts/appointment.ts'
import type {
  ApplyResult,
  AppointmentChange,
  AppointmentSource,
  ChangesPage,
  ChangesQuery,
} from '../../src/contracts/appointment-source.ts'
import type { AppointmentRef } from '../../src/contracts/identity.ts'
import type { AppointmentSourceFixture } from '../../src/testing/contracts/source/harness.ts'

interface Row {
  readonly ref: AppointmentRef
  readonly appointment: Appointment
  readonly changedAt: number
}

/** A host's table in small: rows with a counter of changes, listed by (changedAt, id). */
export class SmallHost implements AppointmentSource {
  readonly rows = new Map<string, Row>()
  readonly #applied = new Set<string>()
  isDown = false
  #clock = 0

  put(ref: AppointmentRef, appointment: Appointment): void {
    const version = `v${++this.#clock}`
    // A coarse clock: several changes share a moment, as the rows of one transaction do.
    this.rows.set(key(ref), { ref, appointment: { ...appointment, version }, changedAt: this.#clock })
  }

  touch(ref: AppointmentRef): void {
    const row = this.rows.get(key(ref))
    if (row) this.put(ref, row.appointment)
  }

  async get(ref: AppointmentRef): Promise<Appointment | undefined> {
    this.#check()
    return this.rows.get(key(ref))?.appointment
  }

  async getMany(refs: readonly AppointmentRef[]): Promise<readonly (Appointment | undefined)[]> {
    return Promise.all(refs.map(ref => this.get(ref)))
  }

  async changes({ account, after, limit }: ChangesQuery): Promise<ChangesPage> {
    this.#check()
    const since = Number(after ?? 0)
    const rows = [...this.rows.values()]
      .filter(({ ref, changedAt }) => ref.workspaceId === account.workspaceId && changedAt > since)
      .filter(({ appointment }) => after !== undefined || appointment.userIds.includes(account.userId))
      .sort((a, b) => a.changedAt - b.changedAt)
      .slice(0, limit)
    return { refs: rows.map(row => row.ref), cursor: String(rows.at(-1)?.changedAt ?? since) }
  }

  async apply(change: AppointmentChange): Promise<ApplyResult> {
    this.#check()
    const row = this.rows.get(key(change.ref))
    if (this.#applied.has(change.id)) return 'unchanged'
    if (row?.appointment.version !== change.version) return { rejected: 'version' }
    this.#applied.add(change.id)
    this.put(change.ref, { ...row.appointment, ...change.fields })
    return 'applied'
  }

  #check(): void {
    if (this.isDown) throw new Error('the database is gone')
  }
}

const key = (ref: AppointmentRef) => JSON.stringify([ref.workspaceId, ref.appointmentId])

export function sourceFixture(
  wrap: (host: SmallHost) => AppointmentSource = host => host,
): AppointmentSourceFixture {
  const host = new SmallHost()
  const account = { workspaceId: 'w1', userId: 'u1' }
  const known = ['a1', 'a2', 'a3', 'a4'].map(appointmentId => ({ workspaceId: 'w1', appointmentId }))
  const appointment: Appointment = {
    userIds: ['u1'],
    start: '2026-03-01T10:00:00Z',
    durationMinutes: 50,
    timeZone: 'Europe/Berlin',
    status: 'confirmed',
  }
  for (const ref of known) host.put(ref, appointment)
  host.put({ workspaceId: 'w1', appointmentId: 'theirs' }, { ...appointment, userIds: ['u2'] })
  return {
    source: wrap(host),
    account,
    endsAfter: new Date('2026-01-01T00:00:00Z'),
    known,
    unknown: { workspaceId: 'w1', appointmentId: 'nobody' },
    touch: ref => host.touch(ref),
    remove: ref => void host.rows.delete(key(ref)),
    breakDown: () => {
      host.isDown = true
    },
    aChange: async () => {
      const ref = { workspaceId: 'w1', appointmentId: 'a1' }
      const version = (await host.get(ref))?.version ?? ''
      return { id: 'event1:"etag"', ref, account, version, fields: { title: 'Moved by hand' } }
    },
  }
}
