import { AT_ONCE } from '../../contracts/at-once.ts'
import type { Connection } from '../../contracts/connection.ts'
import type { Departure, Revocation } from '../../contracts/departure.ts'
import { changeConnection } from '../connection-state.ts'
import { REVOKING_MS } from '../limits.ts'
import type { DepartureStep, StepResult } from './step.ts'

/**
 * Revokes at Google, unless another connection would lose its grant with it, then ends the tie. The intention is
 * committed before the question who else lives by the grant, and whoever connects asks in the other order, so one
 * of the two always sees the other.
 */
export async function endGrant(step: DepartureStep): Promise<StepResult> {
  const { engine, departure, isOver } = step
  const revokingUntil = engine.deps.runtime.clock.now() + REVOKING_MS
  const revocation = await revoke(step, revokingUntil)
  if (revocation === 'superseded') return { next: 'failed' }
  if (revocation === 'unanswered' && !isOver) return { next: 'failed', set: { revokingUntil } }
  writeDown(step, revocation)
  return { next: 'done', set: endOfTie(departure, revocation) }
}

async function revoke(
  { engine, connection }: DepartureStep,
  revokingUntil: number,
): Promise<Revocation | 'superseded'> {
  const { grants, state } = engine.deps
  const { account, subject, epoch } = connection
  if (grants.policy === 'never') return 'never'
  if (subject === undefined) return 'no-grant'
  if (await grants.isShared(account, subject)) return 'shared-grant'
  const { changed } = await changeConnection(state.connections, account, current =>
    current.epoch === epoch && current.departure
      ? { set: { departure: { ...current.departure, revokingUntil } } }
      : undefined,
  )
  if (!changed) return 'superseded'
  if (await grants.isShared(account, subject)) return 'shared-grant'
  return grants.revoke(account)
}

function endOfTie(departure: Departure, revocation: Revocation): Partial<Connection> {
  return {
    status: 'disconnected',
    cause: revocation,
    scopes: [],
    departure: { ...departure, phase: 'token', attempts: 0 },
    dueAt: AT_ONCE,
  }
}

function writeDown({ engine, connection, departure }: DepartureStep, outcome: Revocation): void {
  const { events, removed, leftBehind = false } = departure
  const details = { events, removed, leftBehind }
  const at = engine.deps.runtime.clock.now()
  engine.deps.audit({ at, action: 'disconnected', account: connection.account, outcome, details })
}
