import type { Clock } from '../../contracts/runtime.ts'
import { ConnectionTable } from './connection-table.ts'
import { LinkTable } from './link-table.ts'
import { MarkTable } from './mark-table.ts'
import { TurnTable } from './turn-table.ts'

/**
 * The tables that several concerns share. Every call of a store reads and writes them without an `await` in
 * between: that is what makes it one commit.
 */
export class MemoryDatabase {
  readonly clock: Clock
  readonly connections = new ConnectionTable()
  readonly links = new LinkTable()
  readonly marks = new MarkTable()
  readonly turns = new TurnTable()
  #given = 0

  constructor(clock: Clock) {
    this.clock = clock
  }

  /**
   * One sequence for every number the store gives out: versions, epochs, fences, ids. So each grows in the order
   * of commits, and a row made anew starts above anything an earlier one ever had.
   */
  next(): number {
    return ++this.#given
  }
}
