import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { AppointmentSource } from '../../../src/contracts/appointment-source.ts'
import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import { markJoined } from '../../../src/sync/engine.ts'
import { refId } from '../ledger.ts'
import type { SimProcess } from '../process.ts'
import { AppointmentBook } from '../testing.ts'
import type { World } from '../world.ts'
import { assigned, cancelled, drawTelling, drawTransaction, edited, type Telling } from './changes.ts'

/** The app that owns the appointments: it edits, deletes, re-assigns, and mostly says so. */
export class Host {
  readonly book = new AppointmentBook()
  /** A failed restore: nothing is there any more. */
  blind = false
  wasBlind = false
  /** Transactions that have their mark, and not yet their end. */
  uncommitted = 0
  readonly #world: World
  /** What each appointment was before its last change. */
  readonly #before = new Map<string, Appointment | undefined>()

  constructor(world: World) {
    this.#world = world
  }

  sourceFor(process: SimProcess): AppointmentSource {
    return {
      get: ref =>
        process.gate('source.get', async () => {
          process.truthAt.set(refId(ref), this.#world.now)
          return this.blind ? undefined : this.book.get(ref)
        }, [ref]),
      changes: query =>
        process.gate('source.changes', async () => (this.blind ? { refs: [] } : this.book.changes(query)), [
          query,
        ]),
    }
  }

  edit(ref: AppointmentRef, telling: Telling): void {
    this.#change(ref, edited(this.#world, ref, this.book.get(ref)), telling)
  }

  remove(ref: AppointmentRef, telling: Telling): void {
    this.#change(ref, undefined, telling)
  }

  assign(ref: AppointmentRef, telling: Telling): void {
    const appointment = assigned(this.#world, ref, this.book.get(ref))
    if (appointment) this.#change(ref, appointment, telling)
  }

  cancel(ref: AppointmentRef, telling: Telling): void {
    const appointment = cancelled(this.book.get(ref))
    if (appointment) this.#change(ref, appointment, telling)
  }

  /** Takes the last change back: the app holds again what it held before. */
  undo(ref: AppointmentRef, telling: Telling): void {
    const id = refId(ref)
    if (this.#before.has(id)) this.#change(ref, this.#before.get(id), telling)
  }

  telling(): Telling {
    return drawTelling(this.#world)
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
    this.#before.set(refId(ref), this.book.get(ref))
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
    const { rollsBack, wakes, commitMs } = drawTransaction(acts)
    markJoined(works.deps.state, works.deps.queue, ref, transaction).then(
      ({ marked }) => {
        void works.engine.wakeJoined(ref)
        this.uncommitted++
        scheduler.after(commitMs, 'commit', () => {
          this.uncommitted--
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
