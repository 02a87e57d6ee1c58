import { AT_ONCE } from '../contracts/at-once.ts'
import type { Connection } from '../contracts/connection.ts'
import type { Finding } from '../contracts/finding-store.ts'
import type { AccountRef } from '../contracts/identity.ts'
import { AppointmentError, CalendarSyncError } from '../errors.ts'
import { guardAllowance } from './account-faults.ts'
import { changeConnection } from './connection-state.ts'
import type { EngineDependencies } from './dependencies.ts'
import { CLAIM_HOLD_MS, GUARD_WINDOW_MS, LINKS_PAGE } from './limits.ts'
import { bulkMark } from './pass/account-pass.ts'

export type MassChangeDecision = 'apply' | 'discard'

/**
 * A person decides what the guard stopped (ENGINE C5). `apply`: what was found happens now. `discard`: the events
 * stay as they are, also at the next repair, until their appointments change.
 */
export async function decideMassChange(
  deps: EngineDependencies,
  account: AccountRef,
  id: string,
  decision: MassChangeDecision,
): Promise<Connection> {
  const { state, runtime } = deps
  const before = await state.connections.get(account)
  if (before?.massChange?.id !== id) throw outdated(account)
  if (decision === 'discard') await keepAll(deps, before)
  const now = runtime.clock.now()
  const { connection, changed } = await changeConnection(state.connections, account, current => {
    if (current.massChange?.id !== id) return undefined
    const resumed = current.status === 'paused' ? ({ status: 'active', cause: undefined } as const) : {}
    const allowance = decision === 'apply' ? { massChangeAllowedUntil: guardAllowance(now) } : {}
    return { set: { massChange: undefined, nextRepairAt: AT_ONCE, dueAt: AT_ONCE, ...resumed, ...allowance } }
  })
  if (!connection || !changed) throw outdated(account)
  await state.findings.clear(account)
  return connection
}

async function keepAll(deps: EngineDependencies, connection: Connection): Promise<void> {
  // What was found long before the guard stopped the account has happened.
  const age = Math.max(0, deps.runtime.clock.now() - (connection.massChange?.at ?? 0))
  const withinMs = age + GUARD_WINDOW_MS
  let after: string | undefined
  do {
    const page = await deps.state.findings.list(connection.account, { after, limit: LINKS_PAGE, withinMs })
    for (const finding of page.findings) await keep(deps, connection, finding)
    after = page.next
  } while (after !== undefined)
}

/** Under a claim like every write of a link; the mark that the claim needs does no more than confirm. */
async function keep(deps: EngineDependencies, connection: Connection, { ref, kind }: Finding): Promise<void> {
  const { state } = deps
  const isLinked = (await state.links.ofRef(ref)).some(
    link => link.account.userId === connection.account.userId && link.target === connection.target?.key,
  )
  // An event of ours without a link is named by its own id, which is no appointment's.
  if (!isLinked) return
  await state.marks.insert([bulkMark(connection, ref, 'found')])
  const claim = await state.claims.claim(ref, { holdMs: CLAIM_HOLD_MS })
  if (!claim) return
  for (const link of claim.links) {
    if (link.account.userId !== connection.account.userId || link.target !== connection.target?.key) continue
    const { account, ref: _ref, target, version, ...fields } = link
    const condition = { account, target, expectedVersion: version, epoch: connection.epoch }
    const parked = kind === 'move' ? await parkedAsIs(deps, connection, ref, claim.now) : {}
    await state.links.write(claim, { ...condition, set: { ...fields, kept: kind === 'removal', ...parked } })
  }
  await state.claims.finish(claim, { deleteMarks: [], addMarks: [] })
}

async function parkedAsIs(
  deps: EngineDependencies,
  connection: Connection,
  ref: Finding['ref'],
  now: number,
) {
  const raw = await deps.source.get(ref)
  try {
    const projection = deps.mapper.project(deps.mapper.parseAppointment(raw), connection.settings)
    const tag = deps.mapper.fingerprints(projection.fields).whole
    const parked = { tag, settingsVersion: connection.settingsVersion }
    const problem = {
      code: 'mass-change-discarded',
      attempts: 1,
      since: now,
      at: now,
      parked,
      reported: true,
    }
    return { status: 'failed', problem } as const
  } catch (error) {
    if (error instanceof AppointmentError) return {}
    throw error
  }
}

function outdated(account: AccountRef): CalendarSyncError {
  return new CalendarSyncError(
    'conflicting-change',
    'There is no such mass change to decide any more; read the status again.',
    { account },
  )
}
