export interface ReportRow {
  readonly method: string
  /** The address, or undefined where no user could be told. */
  readonly user: string | undefined
  readonly status: number
  readonly reason: string | undefined
  /** How the answer was spoilt on its way, if it was. */
  readonly delivery: string
  count: number
  units: number
}

export interface JournalEntry {
  readonly at: number
  readonly method: string
  readonly user: string | undefined
  readonly verb: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly status: number
  readonly reason: string | undefined
  readonly delivery: string
}

/** What was asked of the fake: counted by kind, and the latest requests in full. */
export class Report {
  readonly #rows = new Map<string, ReportRow>()
  #journal: JournalEntry[] = []
  readonly #journalSize: number

  constructor(journalSize: number) {
    this.#journalSize = journalSize
  }

  record(entry: JournalEntry, units: number): void {
    const { method, user, status, reason, delivery } = entry
    const key = `${method}\n${user ?? ''}\n${status}\n${reason ?? ''}\n${delivery}`
    const row = this.#rows.get(key)
    if (row) {
      row.count++
      row.units += units
    } else {
      this.#rows.set(key, { method, user, status, reason, delivery, count: 1, units })
    }
    if (this.#journalSize === 0) return
    this.#journal.push(entry)
    if (this.#journal.length > 2 * this.#journalSize) this.#journal = this.#journal.slice(-this.#journalSize)
  }

  rows(): ReportRow[] {
    return [...this.#rows.values()].map(row => ({ ...row }))
  }

  /** The latest requests, oldest first. */
  requests(): JournalEntry[] {
    return this.#journal.slice(-this.#journalSize || this.#journal.length)
  }

  clear(): void {
    this.#rows.clear()
    this.#journal = []
  }
}
