/**
 * Budgets: an allowance that any number of processes spend together (ENGINE H). Never overspent, however many take
 * at once. What is taken comes back by time alone, so a dead process costs it for a while and not for ever.
 *
 * 1. `take` grants all of `units` when they and everything that counts already stay within `limit`, in one commit;
 *    else nothing, and says after how many ms they would fit as far as is known now. More than `limit` never fits.
 * 2. A grant counts for `forMs` from its take, by the store's clock.
 * 3. `settle` says how much of a grant was spent, which then counts for `forMs` from now instead; the rest is free
 *    at once. Of a grant that no longer counts, or was settled, it does nothing.
 * 4. Budgets of different names have nothing to do with each other. `limit` and `forMs` are the caller's each time.
 * 5. Times may be rounded up to 250 ms.
 */
export interface BudgetStore {
  take(name: string, request: BudgetRequest): Promise<BudgetAnswer>
  settle(name: string, grant: string, spent: Spent): Promise<void>
}

export interface BudgetRequest {
  /** A whole number above 0. */
  readonly units: number
  readonly limit: number
  readonly forMs: number
}

export type BudgetAnswer = { readonly grant: string } | { readonly retryAfterMs: number }

export interface Spent {
  readonly units: number
  readonly forMs: number
}
