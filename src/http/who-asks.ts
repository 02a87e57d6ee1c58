import { checkAccount } from '../check-arguments.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { Exchange } from './exchange.ts'

/**
 * The account as the host's session says; `undefined` for nobody. An answer that is no account is nobody as well:
 * there is no account to fall back to.
 */
export async function whoAsks({
  config,
  request,
  context,
  instance,
}: Exchange): Promise<AccountRef | undefined> {
  const account = await config.authenticate(request, context)
  if (account === null || account === undefined) return undefined
  try {
    return checkAccount(account)
  } catch {
    config.runtime.logger.error('authenticate-answered-no-account', { instance })
    return undefined
  }
}
