import type { AccountRef } from './identity.ts'

/**
 * Pull hints: "something changed in this account's calendar", as a push notification says (ENGINE F5).
 *
 * 1. `add` makes the account pending, and answers whether it was not. Of a burst only the first writes; the others
 *    read, and wait for nobody.
 * 2. `due` answers pending accounts, those that wait longest first.
 * 3. `take` makes it not pending, and answers whether it was: of any number of takers one. Call it before Google is
 *    read, so that a hint that comes later stands.
 */
export interface PullHintStore {
  add(account: AccountRef): Promise<boolean>
  due(limit: number): Promise<readonly AccountRef[]>
  take(account: AccountRef): Promise<boolean>
}
