import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { AppointmentSource } from '../../../src/contracts/appointment-source.ts'
import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import { markJoined } from '../../../src/sync/engine.ts'
import { refId } from '../ledger.ts'
import { CLIENT_NAME, CLIENT_NOTE } from '../oracles/privacy.ts'
import type { SimProcess } from '../process.ts'
import { AppointmentBook } from '../testing.ts'
import type { World } from '../world.ts'

/** How the library hears of a change. */
type Telling = 'told' | 'joined' | 'untold'

const COMMITS_MS: readonly number[] = [1, 30, 400, 5_000, 40_000]

/** The app that owns the appointments: it edits, deletes, re-assigns, and mostly says so. */
export class Host {
  readonly book = new AppointmentBook()
  /** A failed restore: nothing is there any more. */
  blind = false
  wasBlind = false
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  sourceFor(process: SimProcess): AppointmentSource {
    return {
      get: ref =>
        process.gate('source.get', async () => (this.blind ? undefined : this.book.get(ref)), [ref]),
      changes: query =>
        process.gate('source.changes', async () => (this.blind ? { refs: [] } : this.book.changes(query)), [
          query,
        ]),
    }
  }

  edit(ref: AppointmentRef, telling: Telling): void {
    const { acts, ledger } = this.#world
    const title = ledger.unique('title')
    ledger.titles.set(title, ref)
    const users = this.#usersOf(ref)
    const before = this.book.get(ref)
    const client = acts.chance(0.4)
      ? {
          name: `${CLIENT_NAME} ${title}`,
          email: `client${acts.below(3)}@clients.example`,
          mayBeInvited: acts.chance(0.7),
        }
      : undefined
    const newLocation = () => (acts.chance(0.4) ? ledger.unique('place') : undefined)
    const location = before?.location !== undefined && acts.chance(0.6) ? before.location : newLocation()
    const appointment: Appointment = {
      userIds: before && acts.chance(0.8) ? before.userIds : [acts.pick(users)],
      start: `2026-12-${10 + acts.below(15)}T10:00`,
      durationMinutes: 50,
      timeZone: 'Europe/Berlin',
      status: before?.status ?? 'confirmed',
      title,
      ...(location !== undefined && { location }),
      ...(acts.chance(0.3) && { notes: `${CLIENT_NOTE} ${title}` }),
      ...(client && { client }),
    }
    this.#change(ref, appointment, telling)
  }

  remove(ref: AppointmentRef, telling: Telling): void {
    this.#change(ref, undefined, telling)
  }

  assign(ref: AppointmentRef, telling: Telling): void {
    const before = this.book.get(ref)
    const { acts } = this.#world
    const users = this.#usersOf(ref)
    const userIds = acts.pick([[acts.pick(users)], users, []])
    if (before) this.#change(ref, { ...before, userIds }, telling)
  }

  cancel(ref: AppointmentRef, telling: Telling): void {
    const before = this.book.get(ref)
    if (!before) return
    const status = before.status === 'cancelled' ? 'confirmed' : 'cancelled'
    this.#change(ref, { ...before, status }, telling)
  }

  telling(): Telling {
    return this.#world.acts.pick(['told', 'told', 'told', 'joined'] as const)
  }

  #usersOf(ref: AppointmentRef): string[] {
    return this.#world.setup.members
      .filter(({ account }) => account.workspaceId === ref.workspaceId)
      .map(({ account }) => account.userId)
  }

  #change(ref: AppointmentRef, appointment: Appointment | undefined, telling: Telling): void {
    const { ledger } = this.#world
    const id = refId(ref)
    if (telling === 'joined') {
      this.#join(ref, appointment)
      return
    }
    this.#commit(ref, appointment)
    if (telling === 'told') this.#tell(ref)
    else ledger.untold.add(id)
  }

  #commit(ref: AppointmentRef, appointment: Appointment | undefined): void {
    const { ledger, now } = this.#world
    if (appointment) this.book.put(ref, appointment)
    else this.book.delete(ref)
    ledger.host.push({ at: now, ref, appointment })
    const said = appointment
      ? `${appointment.title} for ${appointment.userIds} ${appointment.status}`
      : 'nothing'
    this.#world.note(`host: ${refId(ref)} is ${said}`)
  }

  /** Until the answer is in, nobody knows whether the change was heard of. */
  #tell(ref: AppointmentRef): void {
    const process = this.#world.anyProcess()
    const { ledger } = this.#world
    const id = refId(ref)
    const entry = ledger.host.at(-1)
    ledger.untold.add(id)
    const engine = process?.works?.engine
    if (!engine) return
    void engine.appointmentChanged(ref).then(({ marked }) => {
      const newest = ledger.host.findLast(other => refId(other.ref) === id)
      if (marked && newest === entry) ledger.untold.delete(id)
    })
  }

  /** The change and its mark commit together, or not at all. */
  #join(ref: AppointmentRef, appointment: Appointment | undefined): void {
    const { acts, stores, scheduler, ledger } = this.#world
    const works = this.#world.anyProcess()?.works
    if (!works) return
    const transaction = stores.beginTransaction()
    const rollsBack = acts.chance(0.2)
    const wakes = acts.chance(0.5)
    const commitMs = acts.pick(COMMITS_MS)
    markJoined(works.deps.state, ref, transaction).then(
      ({ marked }) => {
        void works.engine.wakeJoined(ref)
        scheduler.after(commitMs, 'commit', () => {
          if (rollsBack) {
            this.#world.note(`host: rolls back a change of ${refId(ref)}`)
            void transaction.rollback()
            return
          }
          this.#commit(ref, appointment)
          void transaction.commit()
          // A newer change that nobody was told of is covered by this mark too: the run reads what is true.
          if (marked) ledger.untold.delete(refId(ref))
          if (wakes) void works.engine.wake(ref)
        })
      },
      () => void transaction.rollback(),
    )
  }
}
