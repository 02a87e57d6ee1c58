import type { ClaimKey } from './claim-store.ts'
import type { AccountRef, AppointmentRef } from './identity.ts'
import type { Intent, Link } from './link.ts'

/**
 * Links: written only under a claim (ENGINE A4, A5).
 *
 * 1. `write` is one commit. It is refused, with the reason and no change, unless the ref's fence is the claim's,
 *    the connection's epoch is `epoch`, its settings version is `settingsVersion` (when given), and the link's
 *    version is `expectedVersion` (`null`: no such link yet).
 * 2. The new version comes from the connection's counter, under the connection's row: versions of one account
 *    grow in the order of commits and are never used twice, also after rows were removed or erased.
 * 3. `intent` is recorded in the same commit, appended to `set.intents`, with the new version as its number and
 *    the store's clock as its time.
 * 4. `remove` deletes the row under the same conditions.
 * 5. A link is unique by ref and target, and by event id and target.
 * 6. Listings page by an opaque cursor and are consistent for rows that do not change meanwhile.
 * 7. `rewrite` changes a page of the account's links in one commit, without claims, while the connection's epoch is
 *    `epoch`; `null` once it is not. Each link gets a new version, so a run that read it before is refused. `change`
 *    is pure and may be called again.
 */
export interface LinkStore {
  write(claim: ClaimKey, write: LinkWrite): Promise<LinkWriteResult>
  remove(claim: ClaimKey, condition: LinkCondition): Promise<{ readonly ok: true } | LinkRefused>
  ofRef(ref: AppointmentRef): Promise<readonly Link[]>
  page(account: AccountRef, options: PageOptions): Promise<LinkPage>
  /** Links of the account with another target, an older settings version, or `behind`. */
  stale(account: AccountRef, current: StaleCondition, options: PageOptions): Promise<LinkPage>
  rewrite(account: AccountRef, rewrite: LinkRewrite): Promise<{ readonly next?: string | undefined } | null>
  summary(account: AccountRef, options: { readonly cap: number }): Promise<LinkSummary>
}

export interface LinkCondition {
  readonly account: AccountRef
  readonly target: string
  readonly expectedVersion: number | null
  readonly epoch: number
  /** Absent for the bookkeeping of a write that landed. */
  readonly settingsVersion?: number | undefined
}

export interface LinkWrite extends LinkCondition {
  readonly set: LinkFields
  readonly intent?: NewIntent | undefined
}

export type LinkFields = Omit<Link, 'account' | 'ref' | 'target' | 'version'>

export type NewIntent = Omit<Intent, 'number' | 'at'>

export type LinkWriteResult = { readonly ok: true; readonly link: Link; readonly now: number } | LinkRefused

export interface LinkRefused {
  readonly ok: false
  readonly reason: 'fence' | 'epoch' | 'settings' | 'version'
}

export interface PageOptions {
  readonly after?: string | undefined
  readonly limit: number
}

export interface LinkRewrite extends PageOptions {
  readonly epoch: number
  readonly change: (link: Link) => LinkFields
}

export interface LinkPage {
  readonly links: readonly Link[]
  /** Absent on the last page. */
  readonly next?: string | undefined
}

export interface StaleCondition {
  readonly target: string
  readonly settingsVersion: number
}

/** Counts stop at the cap. */
export interface LinkSummary {
  readonly live: number
  readonly pending: number
  readonly failed: number
  readonly lastSyncedAt?: number | undefined
}
