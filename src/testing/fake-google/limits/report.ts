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
  private readonly _rows = new Map<string, ReportRow>()
  private _journal: JournalEntry[] = []
  private readonly _journalSize: number

  constructor(journalSize: number) {
    this._journalSize = journalSize
  }

  record(entry: JournalEntry, units: number): void {
    const { method, user, status, reason, delivery } = entry
    const key = `${method}\n${user ?? ''}\n${status}\n${reason ?? ''}\n${delivery}`
    const row = this._rows.get(key)
    if (row) {
      row.count++
      row.units += units
    } else {
      this._rows.set(key, { method, user, status, reason, delivery, count: 1, units })
    }
    if (this._journalSize === 0) return
    this._journal.push(entry)
    if (this._journal.length > 2 * this._journalSize) this._journal = this._journal.slice(-this._journalSize)
  }

  rows(): ReportRow[] {
    return [...this._rows.values()].map(row => ({ ...row }))
  }

  /** The latest requests, oldest first. */
  requests(): JournalEntry[] {
    return this._journal.slice(-this._journalSize || this._journal.length)
  }

  clear(): void {
    this._rows.clear()
    this._journal = []
  }
}
