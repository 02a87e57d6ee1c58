import type { Connection, ConnectionStatus } from '../contracts/connection.ts'
import type { ConnectionStore } from '../contracts/connection-store.ts'
import type { AccountRef } from '../contracts/identity.ts'

/** What a dead grant may be blamed on; the rest is on its way somewhere else, or gone. */
const BLAMABLE: ReadonlySet<ConnectionStatus> = new Set(['active', 'limited', 'disabled', 'error', 'paused'])
const MAX_TRIES = 8

export interface NeedsReauth {
  readonly account: AccountRef
  readonly epoch: number
  readonly cause: string
  readonly at: number
  /** Asked between reading the connection and writing it: whether the evidence still is what it was. */
  stillTrue(): Promise<boolean>
}

/**
 * `marked` by this call; `already` so; `kept` because the connection is being made or undone; `moved` when the
 * epoch or the evidence is no longer the caller's, who then must not blame anybody.
 */
export type MarkResult = 'marked' | 'already' | 'kept' | 'moved'

/**
 * ENGINE C1: compare-and-set on the epoch and on the token. A reconnect writes the connection before the token, so
 * one that begins after the check raises the revision, and the update loses.
 */
export async function markNeedsReauth(connections: ConnectionStore, mark: NeedsReauth): Promise<MarkResult> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const connection = await connections.get(mark.account)
    if (connection === undefined) return 'kept'
    const verdict = verdictOn(connection, mark.epoch)
    if (verdict !== undefined) return verdict
    if (!(await mark.stillTrue())) return 'moved'
    const set = {
      status: 'needs_reauth',
      cause: mark.cause,
      lastError: { code: 'reauth-required', at: mark.at },
    } as const
    if ((await connections.update(mark.account, connection.revision, { set })) !== null) return 'marked'
  }
  return 'moved'
}

function verdictOn(connection: Connection, epoch: number): MarkResult | undefined {
  if (connection.epoch !== epoch) return 'moved'
  if (connection.status === 'needs_reauth') return 'already'
  return BLAMABLE.has(connection.status) ? undefined : 'kept'
}
