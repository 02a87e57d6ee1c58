import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import { assigned, cancelled, drawTransaction, edited, type Telling } from '../actors/changes.ts'
import { refId } from '../ledger.ts'
import { AppointmentBook } from '../testing.ts'
import { HostTable } from './host-table.ts'
import type { RealWorld } from './world.ts'

export type Change = 'edit' | 'remove' | 'assign' | 'cancel' | 'undo'

/** The app: a table of its own, and processes that it tells of changes. */
export class RealHost {
  /** The same appointments, for people and judges. */
  readonly book = new AppointmentBook()
  wasBlind = false
  isBlind = false
  readonly #world: RealWorld
  readonly #table: HostTable
  /** What each appointment was before its last change. */
  readonly #before = new Map<string, Appointment | undefined>()

  constructor(world: RealWorld, path: string) {
    this.#world = world
    this.#table = new HostTable(path)
  }

  change(kind: Change, ref: AppointmentRef, telling: Telling): void {
    const before = this.book.get(ref)
    if (kind === 'undo' && !this.#before.has(refId(ref))) return
    const next = this.#next(kind, ref, before)
    if (next === undefined && kind !== 'remove' && kind !== 'undo') return
    if (telling === 'joined') this.#join(ref, next)
    else {
      this.#commit(ref, next)
      if (telling === 'told') this.#tell(ref)
      else this.#world.ledger.untold.add(refId(ref))
    }
  }

  /** A failed restore: nothing is there any more, for a while. */
  goBlank(): void {
    if (!this.isBlind) this.#table.lose()
    this.isBlind = true
    this.wasBlind = true
    this.#world.note('host: goes blank')
  }

  comeBack(): void {
    if (this.isBlind) this.#table.find()
    this.isBlind = false
  }

  close(): void {
    this.#table.close()
  }

  #next(kind: Change, ref: AppointmentRef, before: Appointment | undefined): Appointment | undefined {
    if (kind === 'undo') return this.#before.get(refId(ref))
    if (kind === 'edit') return edited(this.#world, ref, before)
    if (kind === 'assign') return assigned(this.#world, ref, before)
    return kind === 'cancel' ? cancelled(before) : undefined
  }

  /** This store cannot join a transaction of the host: the library is told after the commit. */
  #join(ref: AppointmentRef, appointment: Appointment | undefined): void {
    const { rollsBack, commitMs } = drawTransaction(this.#world.acts)
    this.#world.pace.after(commitMs, () => {
      if (rollsBack) {
        this.#world.note(`host: rolls back a change of ${refId(ref)}`)
        return
      }
      this.#commit(ref, appointment)
      this.#tell(ref)
    })
  }

  #commit(ref: AppointmentRef, appointment: Appointment | undefined): void {
    const { ledger, now } = this.#world
    this.#before.set(refId(ref), this.book.get(ref))
    if (appointment) this.book.put(ref, appointment)
    else this.book.delete(ref)
    ledger.host.push({ at: now, ref, appointment })
    this.#table.put(ref, appointment)
    const said = appointment
      ? `${appointment.title} for ${appointment.userIds} ${appointment.status}`
      : 'nothing'
    this.#world.note(`host: ${refId(ref)} is ${said}`)
  }

  /** Until the answer is in, nobody knows whether the change was heard of. */
  #tell(ref: AppointmentRef): void {
    const { ledger, crew, faults } = this.#world
    const id = refId(ref)
    const entry = ledger.host.at(-1)
    ledger.untold.add(id)
    const member = crew.any(faults)
    if (!member) return
    const answered = member.ask({ do: 'changed', ref }).then(answer => {
      const { marked } = answer as { marked: boolean }
      const newest = ledger.host.findLast(other => refId(other.ref) === id)
      if (marked && newest === entry) ledger.untold.delete(id)
    })
    this.#world.follow(answered)
  }
}
