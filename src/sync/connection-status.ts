import type { Connection, ConnectionStatus, MassChange, Pass } from '../contracts/connection.ts'
import type { Departure } from '../contracts/departure.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { Acknowledgement, ConnectionSettings } from '../contracts/settings.ts'
import type { SyncStateStore } from '../contracts/state-store.ts'
import { standingOf } from './connection-state.ts'
import { COUNT_CAP } from './limits.ts'

/** What a settings page shows of a connection. */
export interface ConnectionSummary {
  readonly connected: boolean
  readonly enabled: boolean
  readonly status: ConnectionStatus
  readonly cause?: string | undefined
  readonly settings?: ConnectionSettings | undefined
  readonly acknowledgements: readonly Acknowledgement[]
  readonly calendar?: 'primary' | 'dedicated' | undefined
  readonly hostedDomain?: string | undefined
  /** Epoch ms. */
  readonly connectedAt?: number | undefined
  readonly lastSyncAt?: number | undefined
  readonly lastError?: { readonly code: string; readonly at: number } | undefined
  /** Both stop at 1,000. */
  readonly pending: number
  readonly failed: number
  /** The latest Sync Now, repair or re-scrub. */
  readonly progress?: Pick<Pass, 'kind' | 'startedAt' | 'checked' | 'marked' | 'finishedAt'> | undefined
  readonly massChange?: MassChange | undefined
  /** A disconnect under way. */
  readonly departure?: Pick<Departure, 'events' | 'requestedAt' | 'removed'> | undefined
  /** Writes rest until then, epoch ms: Google's usage limit. */
  readonly quotaPausedUntil?: number | undefined
}

const NOT_CONNECTED: ConnectionSummary = Object.freeze({
  connected: false,
  enabled: false,
  status: 'disconnected',
  acknowledgements: [],
  pending: 0,
  failed: 0,
})

export async function connectionStatus(
  state: SyncStateStore,
  account: AccountRef,
  now: number,
): Promise<ConnectionSummary> {
  const connection = await state.connections.get(account)
  if (connection === undefined) return NOT_CONNECTED
  // What a tie that is over left behind waits for nothing.
  if (standingOf(connection) === 'closed') return describe(connection, now)
  const [links, bulk] = await Promise.all([
    state.links.summary(account, { cap: COUNT_CAP }),
    state.marks.countBulk(account, COUNT_CAP),
  ])
  return {
    ...describe(connection, now),
    pending: Math.min(COUNT_CAP, links.pending + bulk),
    failed: links.failed,
    lastSyncAt: links.lastSyncedAt,
  }
}

function describe(connection: Connection, now: number): ConnectionSummary {
  const {
    status,
    cause,
    settings,
    acknowledgements,
    target,
    hostedDomain,
    connectedAt,
    lastError,
    pass,
    departure,
  } = connection
  const quota = connection.quotaPause?.until
  return {
    ...NOT_CONNECTED,
    connected: standingOf(connection) !== 'closed',
    enabled: settings.enabled,
    status,
    cause,
    settings,
    acknowledgements,
    calendar: target?.kind,
    hostedDomain,
    connectedAt,
    lastError,
    progress: pass && pick(pass),
    massChange: connection.massChange,
    departure: departure && pickDeparture(departure),
    quotaPausedUntil: quota !== undefined && quota > now ? quota : undefined,
  }
}

function pickDeparture({ events, requestedAt, removed }: Departure): ConnectionSummary['departure'] {
  return { events, requestedAt, removed }
}

function pick({ kind, startedAt, checked, marked, finishedAt }: Pass): ConnectionSummary['progress'] {
  return { kind, startedAt, checked, marked, finishedAt }
}
