import type { ConnectionStore } from '../contracts/connection-store.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { Runtime } from '../contracts/runtime.ts'
import type { TokenStore } from '../contracts/token-store.ts'
import { CalendarSyncError } from '../errors.ts'
import { type Audit, writeAudit } from './audit.ts'
import { tokenContext } from './grant-tokens.ts'
import type { Keyring } from './keyring.ts'

export interface ResealDeps {
  readonly connections: ConnectionStore
  /** The host's store, unsealed by nobody. */
  readonly tokenStore: TokenStore
  readonly keyring: Keyring
  readonly runtime: Runtime
  readonly audit: Audit
}

export interface ResealOptions {
  /** `next` of an earlier report: goes on from there. Starting over does no harm. */
  readonly after?: string | undefined
  readonly pageSize?: number | undefined
  /** Looked at between two accounts. */
  readonly signal?: AbortSignal | undefined
}

/** Once `complete` with `failed` 0, no token needs an old key any more. */
export interface ResealReport {
  readonly resealed: number
  readonly already: number
  /** Connections without a token. */
  readonly missing: number
  /** Tokens that do not open, or that kept changing: an old key is still needed, or the user connects again. */
  readonly failed: number
  /** False when the signal ended it: go on with `next`, or from the start without. */
  readonly complete: boolean
  readonly next?: string | undefined
}

export const RESEAL_PAGE_SIZE = 200
const MAX_TRIES = 5

type Resealed = 'resealed' | 'already' | 'missing' | 'failed'

/**
 * Seals every token with the current key, while the connections work: one compare-and-set an account, so that a
 * refresh in between wins and is then sealed too. Pending authorizations are left to expire: keep the old key in
 * `secrets.previous` for ten minutes more.
 */
export async function resealTokens(deps: ResealDeps, options: ResealOptions = {}): Promise<ResealReport> {
  const counts: Record<Resealed, number> = { resealed: 0, already: 0, missing: 0, failed: 0 }
  const limit = options.pageSize ?? RESEAL_PAGE_SIZE
  let after = options.after
  do {
    const page = await deps.connections.page({ after, limit })
    for (const { account } of page.connections) {
      if (options.signal?.aborted) return { ...counts, complete: false, next: after }
      counts[await resealOne(deps, account)]++
    }
    after = page.next
  } while (after !== undefined)
  return { ...counts, complete: true }
}

async function resealOne(deps: ResealDeps, account: AccountRef): Promise<Resealed> {
  const { keyring, tokenStore } = deps
  const context = tokenContext(account)
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const stored = await tokenStore.get(account)
    if (stored === undefined) return 'missing'
    if (keyring.keyIdOf(stored.value) === keyring.currentKeyId) return 'already'
    const plaintext = openOrNothing(keyring, stored.value, account)
    if (plaintext === undefined) return 'failed'
    const sealed = keyring.seal(plaintext, context)
    if ((await tokenStore.put(account, sealed, stored.version)) !== null) {
      writeAudit(deps.audit, deps.runtime, {
        action: 'tokens-resealed',
        account,
        outcome: keyring.currentKeyId,
      })
      return 'resealed'
    }
  }
  return 'failed'
}

function openOrNothing(keyring: Keyring, value: string, account: AccountRef): Uint8Array | undefined {
  try {
    return keyring.open(value, tokenContext(account))
  } catch (error) {
    if (CalendarSyncError.is(error)) return undefined
    throw error
  }
}
