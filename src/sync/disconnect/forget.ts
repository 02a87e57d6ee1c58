import type { AccountRef } from '../../contracts/identity.ts'
import type { TokenStore } from '../../contracts/token-store.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { type DisconnectResult, disconnect } from './disconnect.ts'

type ForgetDependencies = Pick<EngineDependencies, 'state' | 'runtime' | 'audit' | 'report'> & {
  readonly tokenStore: TokenStore
}

const FORGET_TRIES = 60
const FORGET_PAUSE_MS = 1_000

/**
 * Ends the tie at once, keeping the events in the user's calendar, and forgets everything kept of the account: for
 * erasure requests. Waits up to a minute for a pass that is under way. Google is asked once to revoke the consent; what it answers is in the result.
 */
export async function forgetAccount(
  deps: ForgetDependencies,
  account: AccountRef,
  workNow: (account: AccountRef) => Promise<unknown>,
): Promise<DisconnectResult> {
  await disconnect(deps, account, 'keep', workNow)
  // Asked again, which means: give up what did not work at once.
  let result = await disconnect(deps, account, 'keep', workNow)
  // Whoever is at the account with a pass has to let go of it, or nobody could revoke the consent any more.
  for (let tries = 0; result.status === 'disconnecting' && tries < FORGET_TRIES; tries++) {
    await deps.runtime.clock.sleep(FORGET_PAUSE_MS)
    result = await disconnect(deps, account, 'keep', workNow)
  }
  await deps.state.erase(account)
  await deps.tokenStore.delete(account)
  const outcome = result.revocation ?? result.status
  deps.audit({ at: deps.runtime.clock.now(), action: 'account-forgotten', account, outcome })
  return { ...result, status: 'disconnected' }
}

/** The same for every account of a workspace, and for what is kept of its appointments. */
export async function forgetWorkspace(
  deps: ForgetDependencies,
  workspaceId: string,
  workNow: (account: AccountRef) => Promise<unknown>,
): Promise<void> {
  for (const { account } of await deps.state.connections.inWorkspace(workspaceId)) {
    await forgetAccount(deps, account, workNow)
  }
  await deps.state.erase({ workspaceId })
}
