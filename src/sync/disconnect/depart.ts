import type { Connection } from '../../contracts/connection.ts'
import type { Departure } from '../../contracts/departure.ts'
import type { AccountRef } from '../../contracts/identity.ts'
import type { BulkLease } from '../bulk-lease.ts'
import { changeConnection } from '../connection-state.ts'
import { DEPARTURE_GIVES_UP_MS } from '../limits.ts'
import { markDelayMs } from '../retry-policy.ts'
import type { Engine } from '../run-context.ts'
import { detachLinks } from './detach.ts'
import { endGrant } from './end-grant.ts'
import { LEFT_BEHIND, removeEvents } from './remove-events.ts'
import type { DepartureStep, StepResult } from './step.ts'

const STEPS: Readonly<Record<Departure['phase'], (step: DepartureStep) => Promise<StepResult>>> = {
  events: leaveEvents,
  grant: endGrant,
  token: eraseToken,
}

export async function depart(engine: Engine, account: AccountRef, lease: BulkLease): Promise<void> {
  const { connections } = engine.deps.state
  for (;;) {
    const connection = await connections.get(account)
    const departure = connection?.departure
    if (connection === undefined || departure === undefined) return
    const now = engine.deps.runtime.clock.now()
    const isOver = departure.hurry === true || now >= departure.requestedAt + DEPARTURE_GIVES_UP_MS
    const result = await STEPS[departure.phase]({ engine, connection, departure, lease, isOver })
    const { changed } = await changeConnection(connections, account, current =>
      current.epoch === connection.epoch && current.departure?.phase === departure.phase
        ? { set: outcome(engine, current.departure, result) }
        : undefined,
    )
    if (changed && result.next !== 'done') return
  }
}

function outcome(engine: Engine, departure: Departure, result: StepResult): Partial<Connection> {
  const { clock, random } = engine.deps.runtime
  if (result.next === 'done') return result.set
  if (result.next === 'later') {
    return { departure: { ...departure, ...result.set, attempts: 0 }, dueAt: result.dueAt }
  }
  const attempts = departure.attempts + 1
  const dueAt = clock.now() + markDelayMs(attempts, random.float)
  return { departure: { ...departure, ...result.set, attempts }, dueAt }
}

async function leaveEvents(step: DepartureStep): Promise<StepResult> {
  const { engine, connection, departure, isOver } = step
  let known: Partial<Departure> = {}
  if (departure.events === 'remove') {
    const removal = isOver ? LEFT_BEHIND : await removeEvents(step)
    if (removal.next !== 'done') return removal
    known = removal.known
    if (known.leftBehind) {
      engine.deps.report({ code: 'cannot-remove', account: connection.account, cause: 'disconnected' })
    }
  }
  if (!(await detachLinks(engine, connection))) return { next: 'failed' }
  await engine.deps.state.findings.clear(connection.account)
  const next = { ...departure, ...known, phase: 'grant', attempts: 0 } as const
  return { next: 'done', set: { departure: next } }
}

/** Connection first, token last (ENGINE D1): a crash in between leaves a tie that is over, and this to be done. */
async function eraseToken({ engine, connection }: DepartureStep): Promise<StepResult> {
  const { grants, state } = engine.deps
  const version = await grants.version(connection.account)
  const current = await state.connections.get(connection.account)
  // Read after the version: whoever connects from here on puts a newer one.
  if (version !== null && current?.epoch === connection.epoch) await grants.erase(connection.account, version)
  return { next: 'done', set: { departure: undefined, dueAt: undefined } }
}
