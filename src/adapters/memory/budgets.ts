import type { BudgetAnswer, BudgetRequest, BudgetStore, Spent } from '../../contracts/budget-store.ts'
import type { Clock } from '../../contracts/runtime.ts'
import { EMPTY, endOf, type Ledger, settled, taken } from '../budget/ledger.ts'

export class MemoryBudgetStore implements BudgetStore {
  readonly #clock: Clock
  readonly #ledgers = new Map<string, Ledger>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async take(name: string, request: BudgetRequest): Promise<BudgetAnswer> {
    const { ledger, answer } = taken(this.#ledgers.get(name) ?? EMPTY, request, this.#clock.now())
    this.#ledgers.set(name, ledger)
    return answer
  }

  async settle(name: string, grant: string, spent: Spent): Promise<void> {
    const ledger = this.#ledgers.get(name)
    if (ledger) this.#ledgers.set(name, settled(ledger, grant, spent, this.#clock.now()))
  }

  /** Budgets of users long quiet. */
  prune(): number {
    const now = this.#clock.now()
    let dropped = 0
    for (const [name, ledger] of this.#ledgers) {
      if (endOf(ledger) > now || !this.#ledgers.delete(name)) continue
      dropped++
    }
    return dropped
  }
}
