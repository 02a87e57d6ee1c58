import type { Appointments, NewRow } from '../../express-clinic/appointments.ts'
import { csvEntries } from './csv-entries.ts'
import { icsEntries } from './ics-entries.ts'
import type { Entry, SeriesException } from './problem.ts'
import { checkFile, readText } from './text-file.ts'

const BATCH = 500
const MAX_EXCEPTIONS = 100_000

export interface ImportHooks {
  /** Rows are in the table. */
  readonly onSaved: (ids: readonly number[]) => Promise<void>
  readonly onProblem: (line: number, problem: string) => void
}

/** Reads the file as a stream and saves what is good, batch by batch. */
export async function importFile(
  path: string,
  table: Appointments,
  { onSaved, onProblem }: ImportHooks,
): Promise<void> {
  const kind = await checkFile(path)
  const chunks = readText(path)
  const entries: AsyncGenerator<Entry> = kind === 'csv' ? csvEntries(path, chunks) : icsEntries(path, chunks)
  const exceptions: (SeriesException & { readonly line: number })[] = []
  let batch: NewRow[] = []
  for await (const entry of entries) {
    if ('problem' in entry) onProblem(entry.line, entry.problem)
    else if ('row' in entry) batch.push(entry.row)
    else if (exceptions.length < MAX_EXCEPTIONS) exceptions.push({ ...entry.exception, line: entry.line })
    if (batch.length < BATCH) continue
    await onSaved(table.addAll(batch))
    batch = []
  }
  if (batch.length > 0) await onSaved(table.addAll(batch))
  for (const { uid, exdate } of exceptions) {
    const id = leaveOut(table, uid, exdate)
    if (id !== undefined) await onSaved([id])
  }
}

/** A moved occurrence is an appointment of its own, and its series leaves it out. */
function leaveOut(table: Appointments, uid: string, exdate: string): number | undefined {
  const row = table.findSeries(uid)
  if (!row) return undefined
  table.change(row.id, { recurrence: `${row.recurrence}\n${exdate}` })
  return row.id
}
