import type { AccountRef, AppointmentRef } from './identity.ts'
import type { PageOptions } from './link-store.ts'

/**
 * Findings: removals and moves that nobody told us of, counted by the mass-change guard (ENGINE C5).
 *
 * 1. `add` keeps one finding a (account, ref); adding it again refreshes its time. Times are the store's clock.
 * 2. `count` counts those not older than `withinMs`, removals and moves apart.
 * 3. `list` pages them by ref, with `withinMs` only those not older; `clear` forgets all of the account, or those of
 *    one ref.
 */
export interface FindingStore {
  add(account: AccountRef, findings: readonly Finding[]): Promise<void>
  count(account: AccountRef, withinMs: number): Promise<{ readonly removals: number; readonly moves: number }>
  list(account: AccountRef, options: FindingPageOptions): Promise<FindingPage>
  clear(account: AccountRef, ref?: AppointmentRef): Promise<void>
}

export interface Finding {
  readonly ref: AppointmentRef
  readonly kind: 'removal' | 'move'
}

export interface FindingPageOptions extends PageOptions {
  readonly withinMs?: number | undefined
}

export interface FindingPage {
  readonly findings: readonly Finding[]
  readonly next?: string | undefined
}
