import { z } from 'zod'
import type { AccountRef } from '../contracts/identity.ts'
import type { PendingAuthorization } from '../contracts/pending-authorization-store.ts'
import type { Keyring, SealContext } from './keyring.ts'

/** What has to come back unchanged from the browser's trip to Google, and so never makes that trip. */
export interface PendingRecord {
  readonly verifier: string
  readonly nonce: string
  /** Hash of the secret that only the browser which started it holds. */
  readonly bindingHash: string
  readonly calendar: 'primary' | 'dedicated'
  readonly oldScopes: readonly string[]
  readonly returnTo?: string | undefined
  /** Epoch ms. */
  readonly startedAt: number
}

const schema = z.object({
  v: z.literal(1),
  verifier: z.string(),
  nonce: z.string(),
  bindingHash: z.string(),
  calendar: z.enum(['primary', 'dedicated']),
  oldScopes: z.array(z.string()),
  returnTo: z.string().optional(),
  startedAt: z.number(),
})

export function sealPending(
  keyring: Keyring,
  id: string,
  account: AccountRef,
  record: PendingRecord,
): PendingAuthorization {
  const sealed = keyring.seal(JSON.stringify({ v: 1, ...record }), contextOf(id, account))
  return { id, account, sealed }
}

/** `undefined` for a record that does not open: sealed with a key that is gone, changed, or of another row. */
export function openPending(keyring: Keyring, pending: PendingAuthorization): PendingRecord | undefined {
  try {
    const text = keyring.openText(pending.sealed, contextOf(pending.id, pending.account))
    const { v: _v, ...record } = schema.parse(JSON.parse(text))
    return record
  } catch {
    return undefined
  }
}

function contextOf(id: string, { workspaceId, userId }: AccountRef): SealContext {
  return { purpose: `pending-authorization/${id}`, workspaceId, userId }
}
