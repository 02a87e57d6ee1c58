import { performance } from 'node:perf_hooks'
import { sqlStores } from '../../src/adapters/sql/index.ts'
import type { BenchDatabase } from './databases.ts'
import { type Figure, median } from './figures.ts'

const ROUNDS = 31
const INSERTS = 40

/** The mark of one edit, beside the insert of a row just like it in a table just like it by the same Kysely. */
export async function markCost({ name, db }: BenchDatabase): Promise<Figure> {
  const [ours, plain] = [sqlStores({ db }), sqlStores({ db, tablePrefix: 'plain_' })]
  await ours.migrate()
  await plain.migrate()
  const text = (value: string) => (name === 'MariaDB' ? Buffer.from(value) : value)
  const ref = (id: number) => ({ workspaceId: 'w1', appointmentId: `a${id}` })
  const mark = (id: number) =>
    ours.state.marks.insert([{ ref: ref(id), lane: 'interactive', origin: 'host' }])
  const bare = (id: number) =>
    db
      .insertInto('plain_marks')
      .values({
        workspace_id: text('w1'),
        appointment_id: text(`a${id}`),
        user_id: null,
        lane: 0,
        origin: 'host',
        verify: 0,
        attempts: 0,
        cause: null,
        due_at: Date.now(),
      })
      .execute()
  const timed = async (insert: (id: number) => Promise<unknown>, from: number) => {
    const startedAt = performance.now()
    for (let id = from; id < from + INSERTS; id++) await insert(id)
    return performance.now() - startedAt
  }
  await timed(mark, 0)
  await timed(bare, 0)
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const from = round * INSERTS
    // Turn by turn, so that what else the machine does meets both.
    const [a, b, c, d] = [
      await timed(mark, from),
      await timed(bare, from),
      await timed(bare, from),
      await timed(mark, from),
    ]
    ratios.push((a + d) / (b + c))
  }
  return { name: `a mark beside a bare insert, ${name}`, value: median(ratios), unit: '×', atMost: 1.3 }
}
