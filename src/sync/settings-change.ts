import type { MaybePromise } from '../contracts/appointment-source.ts'
import { AT_ONCE } from '../contracts/at-once.ts'
import type { Connection } from '../contracts/connection.ts'
import type { ConnectionUpdate } from '../contracts/connection-store.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { Runtime } from '../contracts/runtime.ts'
import { type Acknowledgement, type ConnectionSettings, SENSITIVE_SETTINGS } from '../contracts/settings.ts'
import type { SyncStateStore } from '../contracts/state-store.ts'
import { CalendarSyncError } from '../errors.ts'
import { connectedStatus } from '../oauth/index.ts'
import { changeConnection, standingOf } from './connection-state.ts'
import { newId } from './new-id.ts'

export interface SettingsChange {
  readonly account: AccountRef
  readonly settings: Partial<ConnectionSettings>
  /** For each sensitive switch that is turned on: which wording the user agreed to. */
  readonly acknowledgements: readonly Pick<Acknowledgement, 'setting' | 'textId'>[]
}

/** The host's policy: `true`, or a code that says why not. */
export type MayEnable = (account: AccountRef, settings: ConnectionSettings) => MaybePromise<true | string>

/**
 * One row flips, and its settings version with it: from that commit on no write goes out under the old settings,
 * and links that carry an older version are written anew (ENGINE D5).
 */
export async function changeSettings(
  state: SyncStateStore,
  runtime: Runtime,
  { account, settings, acknowledgements }: SettingsChange,
  mayEnable?: MayEnable,
): Promise<Connection> {
  const now = runtime.clock.now()
  if (mayEnable) await askPolicy(state, { account, settings }, mayEnable)
  const { connection } = await changeConnection(state.connections, account, current => {
    if (standingOf(current) === 'closed') throw notConnected(account)
    const next = { ...current.settings, ...settings }
    const turnedOn = SENSITIVE_SETTINGS.filter(name => next[name] && !current.settings[name])
    const missing = turnedOn.filter(name => !acknowledgements.some(({ setting }) => setting === name))
    if (missing.length > 0) {
      throw new CalendarSyncError(
        'acknowledgement-missing',
        `Turning on ${missing.join(', ')} needs an acknowledgement { setting, textId } of what the user agreed to.`,
        { account },
      )
    }
    if (same(current.settings, next)) return undefined
    const agreed = acknowledgements
      .filter(({ setting }) => turnedOn.includes(setting))
      .map(({ setting, textId }) => ({ setting, textId, userId: account.userId, at: now }))
    const set: ConnectionUpdate['set'] = {
      settings: next,
      acknowledgements: [...current.acknowledgements, ...agreed],
      // Switched off there is nothing to show progress of: becoming active starts a repair.
      pass: next.enabled
        ? { id: newId(runtime), kind: 'stale', startedAt: now, phase: 'links', checked: 0, marked: 0 }
        : undefined,
      dueAt: AT_ONCE,
      ...switched(current, next),
    }
    return { set, bump: { settings: true } }
  })
  if (connection) return connection
  throw notConnected(account)
}

export function notConnected(account: AccountRef): CalendarSyncError {
  return new CalendarSyncError('not-connected', 'This account has no connection; connect it first.', {
    account,
  })
}

/** The host's policy is asked outside the commit: it may take its time, and a switch that goes off needs no leave. */
async function askPolicy(
  state: SyncStateStore,
  { account, settings }: Pick<SettingsChange, 'account' | 'settings'>,
  mayEnable: MayEnable,
): Promise<void> {
  const current = (await state.connections.get(account))?.settings
  const next = current && { ...current, ...settings }
  const turnsOn =
    next && (Object.keys(next) as (keyof ConnectionSettings)[]).some(on => next[on] && !current[on])
  const answer = turnsOn ? await mayEnable(account, next) : true
  if (answer === true) return
  throw new CalendarSyncError(
    'not-permitted',
    `The host's policy does not permit this (${shortCode(answer)}).`,
    {
      account,
    },
  )
}

/** It is shown and logged: a code, never a sentence with a name in it. */
function shortCode(answer: unknown): string {
  return typeof answer === 'string' && /^[\w.-]{1,64}$/.test(answer) ? answer : 'canEnable'
}

/** Becoming active starts a repair (ENGINE A6). Switched off, it may have come to a target that its grant is not for. */
function switched(current: Connection, settings: ConnectionSettings): ConnectionUpdate['set'] {
  const { status, scopes } = current
  if (status === 'active' && !settings.enabled) return { status: 'disabled', cause: undefined }
  if (status === 'disabled' && settings.enabled)
    return { ...connectedStatus({ ...current, settings }, scopes), nextRepairAt: AT_ONCE }
  return {}
}

function same(a: ConnectionSettings, b: ConnectionSettings): boolean {
  return (Object.keys(b) as (keyof ConnectionSettings)[]).every(name => a[name] === b[name])
}
