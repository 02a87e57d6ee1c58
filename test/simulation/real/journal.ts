import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Connection } from '../../../src/contracts/connection.ts'
import type { AccountRef, AppointmentRef } from '../../../src/contracts/identity.ts'
import type { AuditEntry, SyncIssue } from '../../../src/contracts/reports.ts'

/** What a worker saw, for the judges. Times are epoch ms of the history. */
export type Line =
  | { readonly kind: 'intent'; readonly at: number; readonly intent: Intended }
  | { readonly kind: 'connection'; readonly at: number; readonly connection: Connection }
  | { readonly kind: 'issue'; readonly at: number; readonly issue: SyncIssue }
  | { readonly kind: 'audit'; readonly at: number; readonly entry: AuditEntry }

/** A write that the books say will be sent. */
export interface Intended {
  readonly eventId: string
  readonly account: AccountRef
  readonly ref: AppointmentRef
  /** Stamped into the event by the write. */
  readonly number: number
  readonly appVersion?: string | undefined
}

/**
 * One file a worker, each line written before the worker goes on: whoever kills it can still read what it had
 * said. The last line may be cut off.
 */
export class Journal {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** Reads the lines of several journals as they grow, in the order of time. */
export class JournalReader {
  readonly #read = new Map<string, number>()

  newLines(paths: readonly string[]): Line[] {
    return paths.flatMap(path => this.#linesOf(path)).sort((a, b) => a.at - b.at)
  }

  #linesOf(path: string): Line[] {
    const text = readFileSync(path, 'utf8')
    const from = this.#read.get(path) ?? 0
    const end = text.lastIndexOf('\n') + 1
    this.#read.set(path, Math.max(from, end))
    return text
      .slice(from, end)
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line)
  }
}
