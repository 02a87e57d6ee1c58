import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import { CLIENT_NAME, CLIENT_NOTE } from '../oracles/privacy.ts'
import type { Stage } from '../stage.ts'
import type { Tape } from '../tape.ts'

/** How the library hears of a change. */
export type Telling = 'told' | 'joined' | 'untold'

const COMMITS_MS: readonly number[] = [1, 30, 400, 5_000, 40_000]

type Scene = Pick<Stage, 'acts' | 'ledger' | 'setup'>

/** What becomes of an appointment that somebody edits, or makes. */
export function edited(
  { acts, ledger, setup }: Scene,
  ref: AppointmentRef,
  before: Appointment | undefined,
): Appointment {
  const title = ledger.unique('title')
  ledger.titles.set(title, ref)
  const users = usersOf(setup, ref)
  const client = acts.chance(0.4)
    ? {
        name: `${CLIENT_NAME} ${title}`,
        email: `client${acts.below(3)}@clients.example`,
        mayBeInvited: acts.chance(0.7),
      }
    : undefined
  const newLocation = () => (acts.chance(0.4) ? ledger.unique('place') : undefined)
  const location = before?.location !== undefined && acts.chance(0.6) ? before.location : newLocation()
  return {
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
}

export function assigned(
  { acts, setup }: Scene,
  ref: AppointmentRef,
  before: Appointment | undefined,
): Appointment | undefined {
  const users = usersOf(setup, ref)
  const userIds = acts.pick([[acts.pick(users)], users, []])
  return before && { ...before, userIds }
}

/** Calls it off, or on again. */
export function cancelled(before: Appointment | undefined): Appointment | undefined {
  return before && { ...before, status: before.status === 'cancelled' ? 'confirmed' : 'cancelled' }
}

export function drawTelling({ acts }: Scene): Telling {
  return acts.pick(['told', 'told', 'told', 'joined'] as const)
}

/** How a transaction of the host goes on. */
export function drawTransaction(acts: Tape) {
  return { rollsBack: acts.chance(0.2), wakes: acts.chance(0.5), commitMs: acts.pick(COMMITS_MS) }
}

function usersOf({ members }: Scene['setup'], ref: AppointmentRef): string[] {
  return members
    .filter(({ account }) => account.workspaceId === ref.workspaceId)
    .map(({ account }) => account.userId)
}
