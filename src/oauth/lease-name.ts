import { createHash } from 'node:crypto'
import type { AccountRef } from '../contracts/identity.ts'
import { canonicalBytes } from './canonical-bytes.ts'

/** Ids may be of any kind and length, a lease's name is neither. */
export function leaseName(work: 'refresh' | 'bulk', account: AccountRef): string {
  const id = canonicalBytes([account.workspaceId, account.userId])
  return `${work}:${createHash('sha256').update(id).digest('base64url')}`
}
