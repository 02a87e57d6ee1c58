import { AT_ONCE } from '../contracts/at-once.ts'
import type { Connection } from '../contracts/connection.ts'
import type { ConnectionStore, ConnectionUpdate } from '../contracts/connection-store.ts'
import type { Runtime } from '../contracts/runtime.ts'
import { connectedStatus } from './connecting.ts'
import type { GrantTokens } from './grant-tokens.ts'

const MAX_TRIES = 8

/**
 * The last step of connecting: the token is stored, so the connection may work. Due at once, since becoming active
 * starts a repair. `undefined` when the epoch is no longer this one's.
 */
export async function activate(
  { connections, runtime }: { readonly connections: ConnectionStore; readonly runtime: Runtime },
  begun: Connection,
  tokens: GrantTokens,
): Promise<Connection | undefined> {
  const { account, epoch } = begun
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const connection = await connections.get(account)
    if (connection?.epoch !== epoch) return undefined
    // The timer loop of another process finished what was begun here.
    if (connection.status !== 'connecting') return connection
    const now = runtime.clock.now()
    const set: ConnectionUpdate['set'] = {
      ...connectedStatus(connection, tokens.scopes),
      scopes: tokens.scopes,
      hostedDomain: tokens.hostedDomain,
      connectedAt: now,
      dueAt: AT_ONCE,
      nextRepairAt: AT_ONCE,
      pass: undefined,
      lastError: undefined,
    }
    const active = await connections.update(account, connection.revision, { set })
    if (active !== null) return active
  }
  return undefined
}
