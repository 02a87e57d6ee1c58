import type { Connection } from '../../contracts/connection.ts'
import { CalendarSyncError } from '../../errors.ts'
import type { BulkLease } from '../bulk-lease.ts'
import { changeConnection } from '../connection-state.ts'
import type { Engine } from '../run-context.ts'
import { type AccountPass, PassEnded } from './account-pass.ts'

/** Gets a token for a pass over the account. Without one the pass has ended, for the reason that its code names. */
export async function openPass(
  engine: Engine,
  connection: Connection,
  lease: BulkLease,
): Promise<AccountPass> {
  const { deps, health } = engine
  const { account, epoch, subject = '' } = connection
  const { accessToken, tokenVersion } = await deps.tokens.accessToken(account, epoch).catch(error => {
    throw CalendarSyncError.is(error) && error.code !== 'store-failed' ? new PassEnded(error.code) : error
  })
  const session = { subject, accessToken, lane: 'bulk', signal: lease.signal } as const
  return {
    engine,
    connection,
    api: health.watch(account, deps.openApi(session)),
    signal: lease.signal,
    mayGoOn: () => lease.mayGoOn(),
    refuseToken: () => deps.tokens.invalidate(account, tokenVersion),
    progress: async done => {
      await changeConnection(deps.state.connections, account, current =>
        current.epoch === epoch && current.pass ? { set: { pass: { ...current.pass, ...done } } } : undefined,
      )
    },
  }
}
