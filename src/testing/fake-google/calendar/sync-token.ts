import { invalid } from '../wire/envelope.ts'
import { decodeOpaque, encodeOpaque } from '../wire/opaque.ts'
import { Refusal } from '../wire/reply.ts'
import { fullSyncRequired } from '../wire/standard-errors.ts'
import type { World } from '../world/world.ts'

/** What a sync token belongs to: no other list takes it. */
export interface SyncScope {
  /** What is listed, whose it is, and what else must stay as it was. */
  readonly of: readonly string[]
  /** Raised when the tokens so far are to end. */
  readonly epoch: number
}

export function encodeSyncToken({ of, epoch }: SyncScope, seq: number, now: number): string {
  return encodeOpaque(['s', ...of, epoch, seq, now])
}

/** The place in the order of changes that the client has seen everything before. */
export function decodeSyncToken(
  { switches }: World,
  { of, epoch }: SyncScope,
  token: string,
  now: number,
): number {
  const [kind, ...fields] = decodeOpaque(token) ?? []
  // Google answers corrupt tokens with 400 or 410 (both observed).
  if (kind !== 's' || of.some((field, at) => fields[at] !== field)) {
    if (switches.corruptSyncToken === 'fullSyncRequired') throw new Refusal(fullSyncRequired())
    return invalid('Invalid sync token value.')
  }
  const [then, seq, issued] = fields.slice(of.length).map(Number)
  const { syncTokenLifetimeMs } = switches
  const old = syncTokenLifetimeMs !== null && now - Number(issued) > syncTokenLifetimeMs
  if (old || then !== epoch) throw new Refusal(fullSyncRequired())
  return Number(seq)
}
