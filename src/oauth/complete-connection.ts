import type { Connection } from '../contracts/connection.ts'
import type { ConnectionUpdate } from '../contracts/connection-store.ts'
import { activate } from './activate.ts'
import { writeAudit } from './audit.ts'
import type { AuthorizationResult, Granted, NotGranted } from './authorization-outcome.ts'
import {
  CONNECTING_TIMEOUT_MS,
  connectingCause,
  FIRST_SETTINGS,
  hasLostCalendar,
  isUntied,
  withoutSensitive,
} from './connecting.ts'
import { chooseTarget } from './connection-target.ts'
import type { FlowDeps } from './flow-deps.ts'
import type { GrantTokens } from './grant-tokens.ts'
import { dropRefusedGrant } from './grants.ts'
import { missingCalendarScopes } from './scopes.ts'
import { subjectOf } from './subject.ts'

export const MAX_CONNECT_TRIES = 8

type Stopped = 'different-account' | 'disconnecting' | 'superseded' | 'no-refresh-token'

/**
 * ENGINE D1, in this order: the connection is `connecting` under a new epoch, the token is put, the connection is
 * active. After a crash in between, `recoverConnecting` finishes or undoes it. Nothing is stored for another Google
 * account than the connection's (D2).
 */
export async function completeConnection(deps: FlowDeps, granted: Granted): Promise<AuthorizationResult> {
  const { account, returnTo } = granted
  const result = await connect(deps, granted)
  if (typeof result === 'string')
    await dropRefusedGrant(deps, granted, subjectOf(deps.identity, granted.tokens.sub))
  const outcome = typeof result === 'string' ? result : result.status
  const missing = typeof result === 'string' ? [] : missingCalendarScopes(granted.calendar, result.scopes)
  writeAudit(deps.audit, deps.runtime, { action: 'authorization-completed', account, outcome })
  if (typeof result !== 'string') {
    const kind = missing.length > 0 ? 'limited' : 'connected'
    return { kind, account, connection: result, missingScopes: missing, returnTo }
  }
  if (result === 'different-account' || result === 'disconnecting') return { kind: result, account, returnTo }
  return { ...refused(result), account, returnTo }
}

function refused(reason: 'superseded' | 'no-refresh-token'): NotGranted {
  return { kind: reason === 'superseded' ? 'invalid' : reason, reason }
}

async function connect(deps: FlowDeps, granted: Granted): Promise<Connection | Stopped> {
  const begun = await begin(deps, granted)
  if (typeof begun === 'string') return begun
  const version = await putGrant(deps, granted, begun)
  if (version === 'superseded') return overtaken(deps, begun)
  if (version === 'no-refresh-token') return version
  const active = await activate(deps, begun, granted.tokens)
  if (active !== undefined) return active
  return overtaken(deps, begun, version)
}

async function begin(deps: FlowDeps, { account, tokens, calendar }: Granted): Promise<Connection | Stopped> {
  const subject = subjectOf(deps.identity, tokens.sub)
  for (let tries = 0; tries < MAX_CONNECT_TRIES; tries++) {
    if (await isBeingRevoked(deps, subject)) return 'disconnecting'
    const before = await deps.connections.get(account)
    if (before?.status === 'disconnecting' && !endsRevocation(before, subject)) return 'disconnecting'
    if (before !== undefined && !isUntied(before) && before.subject !== subject) return 'different-account'
    const now = deps.runtime.clock.now()
    const same = before?.subject === subject
    const set = {
      status: 'connecting',
      cause: connectingCause(before),
      subject,
      target: chooseTarget({
        identity: deps.identity,
        sub: tokens.sub,
        calendar,
        known: same && !hasLostCalendar(before) ? before.target : undefined,
        now,
      }),
      departure: undefined,
      dueAt: now + CONNECTING_TIMEOUT_MS,
    } as const
    const begun =
      before === undefined
        ? await deps.connections.create(account, {
            ...set,
            scopes: [],
            settings: FIRST_SETTINGS,
            acknowledgements: [],
          })
        : await deps.connections.update(account, before.revision, {
            set: { ...set, ...forgotten(before, same) },
            bump: { epoch: true, settings: !same },
          })
    // Asked again: whoever revokes looks for us only after saying so, and we for them only after this row.
    if (begun !== null) return (await isBeingRevoked(deps, subject)) ? 'disconnecting' : begun
  }
  return 'superseded'
}

/** Google revokes for the whole project: a grant made during a revocation may be gone with it (ENGINE D4). */
async function isBeingRevoked({ connections, runtime }: FlowDeps, subject: string): Promise<boolean> {
  const now = runtime.clock.now()
  return (await connections.bySubject(subject)).some(({ departure }) => (departure?.revokingUntil ?? 0) > now)
}

/** All that was left of the disconnect was its revocation: a new consent of the same person ends that. */
function endsRevocation({ departure, subject: known }: Connection, subject: string): boolean {
  return departure?.phase === 'grant' && known === subject
}

/** What does not outlive a disconnect, nor the Google account. Acknowledgements stay, as the record they are. */
function forgotten(before: Connection, same: boolean): ConnectionUpdate['set'] {
  if (same && before.status !== 'disconnected') return {}
  const decided = { massChange: undefined, massChangeAllowedUntil: undefined }
  if (same) return decided
  const settings = withoutSensitive(before.settings)
  return { ...decided, settings, quotaPause: undefined, guestPause: undefined }
}

/**
 * The version to put over is read before the epoch is checked: whoever connects after that check puts after it too,
 * and a token of an older epoch can never land on one of a newer.
 */
async function putGrant(
  deps: FlowDeps,
  { account, tokens, keepsStored }: Granted,
  { epoch }: Connection,
): Promise<string | 'superseded' | 'no-refresh-token'> {
  for (let tries = 0; tries < MAX_CONNECT_TRIES; tries++) {
    // A kept grant is read anew: a refresh may have moved it on since.
    const kept = keepsStored ? await deps.tokens.get(account) : undefined
    if (keepsStored && kept?.tokens.sub !== tokens.sub) return 'no-refresh-token'
    const version = kept?.version ?? (await deps.tokens.version(account))
    const connection = await deps.connections.get(account)
    if (connection?.epoch !== epoch || connection.status !== 'connecting') return 'superseded'
    const grant: GrantTokens = { ...(kept?.tokens ?? tokens), epoch }
    const put = await deps.tokens.put(account, grant, version)
    if (put !== null) return put
  }
  return 'superseded'
}

/**
 * Another connect or a disconnect took the epoch. A disconnect erases the token after the row is `disconnected`
 * (D1): a grant put before that goes with it, one put after is taken out here.
 */
async function overtaken(deps: FlowDeps, begun: Connection, version?: string): Promise<Stopped> {
  const now = await deps.connections.get(begun.account)
  if (now?.status === 'disconnecting') return 'disconnecting'
  if (now?.status === 'disconnected' && version !== undefined)
    await deps.tokens.vacate(begun.account, version)
  return 'superseded'
}
