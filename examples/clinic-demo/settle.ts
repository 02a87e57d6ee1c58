import { setTimeout as sleep } from 'node:timers/promises'
import type { AppointmentRef, GoogleCalendarSync } from 'google-calendar-sync'
import { MEMBERS, memberNamed } from '../express-clinic/members.ts'
import type { Progress } from './progress.ts'

const POLL_MS = 250
/** A write without an answer may still land for five minutes, and the library may have to wait that long. */
const PATIENCE_MS = 8 * 60_000
const LOOKED_AT_ONCE = 100

/**
 * Asks for the status of each until nothing is left to do for it, or until the time is over; says what is waited
 * for. Answers what still waits.
 */
export async function untilSettled(
  sync: GoogleCalendarSync,
  refs: readonly AppointmentRef[],
  progress: Progress,
  requests: () => number,
  maxMs = Number.POSITIVE_INFINITY,
): Promise<readonly AppointmentRef[]> {
  const until = Date.now() + maxMs
  const patience = new Patience()
  let waiting = refs
  for (;;) {
    // Some at a time and in turns: asking for all of thousands would be most of this process's work.
    const looked = waiting.slice(0, LOOKED_AT_ONCE)
    const { left, reason } = await lookAt(sync, looked)
    waiting = [...waiting.slice(LOOKED_AT_ONCE), ...left]
    progress.show(refs.length - waiting.length, refs.length, reason)
    if (waiting.length === 0 || Date.now() > until) return waiting
    patience.check(`${waiting.length} ${requests()}`, `${waiting.length} appointments, ${reason}`)
    await sleep(POLL_MS)
  }
}

async function lookAt(sync: GoogleCalendarSync, refs: readonly AppointmentRef[]) {
  const left: AppointmentRef[] = []
  const causes = new Map<string, number>()
  let nextTryAt = Number.POSITIVE_INFINITY
  for (const ref of refs) {
    const open = (await sync.appointmentStatus(ref)).filter(status => status.nextTryAt !== undefined)
    if (open.length > 0) left.push(ref)
    for (const { cause, nextTryAt: at = 0 } of open) {
      nextTryAt = Math.min(nextTryAt, at)
      if (cause) causes.set(cause, (causes.get(cause) ?? 0) + 1)
    }
  }
  const waits = Math.ceil((nextTryAt - Date.now()) / 1_000)
  const what = [...causes].map(([cause, count]) => `${count} × ${cause}`).join(', ')
  const reason = what === '' ? '' : `after ${what}${waits > 2 ? `; next try in ${waits} s` : ''}`
  return { left, reason }
}

/** Until Sync Now has gone through all four accounts and nothing is pending in them. */
export async function untilInStep(
  sync: GoogleCalendarSync,
  show: (pending: number) => void,
  requests: () => number,
): Promise<void> {
  const patience = new Patience()
  for (;;) {
    const all = await Promise.all(MEMBERS.map(member => sync.status(member)))
    const bad = all.findIndex(({ status }) => status !== 'active')
    const member = MEMBERS[bad]
    if (member)
      throw new Error(`The connection of ${memberNamed(member)} is ${all[bad]?.status}: ${all[bad]?.cause}`)
    const pending = all.reduce((sum, status) => sum + status.pending, 0)
    const running = all.filter(({ progress }) => progress && progress.finishedAt === undefined).length
    show(pending)
    if (pending === 0 && running === 0) return
    patience.check(`${pending} ${running} ${requests()}`, `${pending} pending, ${running} passes under way`)
    await sleep(POLL_MS)
  }
}

/** Gives up when nothing has moved for long. */
class Patience {
  #state = ''
  #since = Date.now()

  check(state: string, what: string): void {
    if (state !== this.#state) {
      this.#state = state
      this.#since = Date.now()
    } else if (Date.now() - this.#since > PATIENCE_MS) {
      throw new Error(`Nothing has moved for ${PATIENCE_MS / 60_000} minutes: ${what}`)
    }
  }
}
