import type { Connection } from '../contracts/connection.ts'
import type { AccountRef, AppointmentRef } from '../contracts/identity.ts'
import type { Link, LinkNote } from '../contracts/link.ts'
import type { Mark } from '../contracts/mark-store.ts'
import type { ConnectionSettings } from '../contracts/settings.ts'
import type { SyncStateStore } from '../contracts/state-store.ts'
import { AppointmentError } from '../errors.ts'
import { type Mapper, usersNamedIn } from '../mapping/index.ts'
import { standingOf } from './connection-state.ts'
import { concerns } from './detached.ts'
import { isFailing } from './retry-policy.ts'

/** How one appointment stands in one user's calendar. */
export interface AppointmentStatus {
  readonly account: AccountRef
  readonly status:
    | 'synced'
    | 'pending'
    | 'failed'
    | 'conflict'
    | 'out-of-window'
    | 'not-connected'
    | 'disabled'
  /** Code of what stands in the way. */
  readonly cause?: string | undefined
  readonly notes: readonly LinkNote[]
  /** Failed runs in a row. */
  readonly attempts: number
  /** Epoch ms of the next try, when one is set. */
  readonly nextTryAt?: number | undefined
  readonly lastSyncedAt?: number | undefined
}

/** What the host's appointment says about its own status. */
export interface Assessment {
  readonly userIds: readonly string[]
  /** Code of why it cannot be sent under these settings. */
  readonly problem: (settings: ConnectionSettings) => string | undefined
}

/** Makes no call: what a run would say of the appointment, without its link to ask. */
export function assess(mapper: Mapper, raw: unknown): Assessment {
  const attempt = (work: () => unknown): string | undefined => {
    try {
      work()
      return undefined
    } catch (error) {
      if (error instanceof AppointmentError) return error.code
      throw error
    }
  }
  if (raw === undefined || raw === null) return { userIds: [], problem: () => undefined }
  const invalid = attempt(() => mapper.parseAppointment(raw))
  if (invalid) return { userIds: usersNamedIn(raw), problem: () => invalid }
  const appointment = mapper.parseAppointment(raw)
  return {
    userIds: appointment.userIds,
    problem: settings => attempt(() => mapper.project(appointment, settings)),
  }
}

/** Computed from what is stored and from the appointment as it is now; asks nobody. */
export async function appointmentStatus(
  state: SyncStateStore,
  ref: AppointmentRef,
  assessment: Assessment,
): Promise<readonly AppointmentStatus[]> {
  const known = await read(state, ref)
  const users = [...new Set([...assessment.userIds, ...known.links.map(link => link.account.userId)])]
  return Promise.all(
    users.map(async userId => {
      const account = { workspaceId: ref.workspaceId, userId }
      return statusFor(account, await state.connections.get(account), known, assessment)
    }),
  )
}

/**
 * The same of one account; `undefined` when the appointment is neither its own nor linked to it. Reads the same in
 * every case, so that neither the time it takes nor the load it makes tells what others have.
 */
export async function accountAppointmentStatus(
  state: SyncStateStore,
  account: AccountRef,
  ref: AppointmentRef,
  assessment: Assessment,
): Promise<AppointmentStatus | undefined> {
  const [known, connection] = await Promise.all([read(state, ref), state.connections.get(account)])
  const { workspaceId, userId } = account
  const isTied =
    assessment.userIds.includes(userId) || known.links.some(link => link.account.userId === userId)
  return workspaceId === ref.workspaceId && isTied
    ? statusFor(account, connection, known, assessment)
    : undefined
}

interface Known {
  readonly links: readonly Link[]
  readonly marks: readonly Mark[]
}

async function read(state: SyncStateStore, ref: AppointmentRef): Promise<Known> {
  const [links, marks] = await Promise.all([state.links.ofRef(ref), state.marks.ofRef(ref)])
  return { links, marks }
}

function statusFor(
  account: AccountRef,
  connection: Connection | undefined,
  { links, marks }: Known,
  { userIds, problem }: Assessment,
): AppointmentStatus {
  const { userId } = account
  const target = connection?.target?.key
  const mine = links.filter(link => link.account.userId === userId && concerns(target, link))
  const waiting = marks.filter(mark => mark.userId === undefined || mark.userId === userId)
  const cause = connection && problem(connection.settings)
  return statusOf(account, connection, mine, waiting, { isAssigned: userIds.includes(userId), cause })
}

function statusOf(
  account: AccountRef,
  connection: Connection | undefined,
  links: readonly Link[],
  marks: readonly Mark[],
  { isAssigned, cause }: { readonly isAssigned: boolean; readonly cause: string | undefined },
): AppointmentStatus {
  const link = links.find(candidate => candidate.target === connection?.target?.key) ?? links[0]
  const attempts = Math.max(0, ...marks.map(mark => mark.attempts))
  const times = marks.map(mark => mark.dueAt)
  const base = {
    account,
    notes: link?.notes ?? [],
    attempts,
    ...(times.length > 0 && { nextTryAt: Math.min(...times) }),
    ...(link?.syncedAt !== undefined && { lastSyncedAt: link.syncedAt }),
  }
  const standing = standingOf(connection)
  if (connection === undefined || standing === 'closed') return { ...base, status: 'not-connected' }
  if (connection.status === 'disabled') return { ...base, status: 'disabled' }
  if (standing === 'blocked')
    return { ...base, status: 'pending', cause: connection.cause ?? connection.status }
  const worst = marks.find(mark => mark.attempts === attempts)
  if (isFailing(attempts)) return { ...base, status: 'failed', cause: worst?.cause }
  if (link?.status === 'failed') return { ...base, status: 'failed', cause: link.problem?.code }
  if (marks.length > 0) return { ...base, status: 'pending', ...(worst?.cause && { cause: worst.cause }) }
  if (link) return { ...base, status: link.status }
  if (cause !== undefined) return { ...base, status: 'failed', cause }
  // Without link and mark there is nothing to do, or the timer loop has yet to find it.
  return { ...base, status: isAssigned ? 'pending' : 'synced' }
}
