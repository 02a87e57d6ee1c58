import { performance } from 'node:perf_hooks'
import { sqlStores } from '../../src/adapters/sql/index.ts'
import type { BenchDatabase } from './databases.ts'
import { type Figure, median } from './figures.ts'

const HINTS = 10_000
const ROUNDS = 5
/** As a burst of notifications comes: many requests in flight at one server. */
const AT_ONCE = 64

/** 10,000 notifications of one channel, beside as many updates of its row by the same Kysely. */
export async function pullHints({ name, db }: BenchDatabase): Promise<Figure> {
  const stores = sqlStores({ db })
  await stores.migrate()
  const account = { workspaceId: 'w1', userId: 'u1' }
  const text = (value: string) => (name === 'MariaDB' ? Buffer.from(value) : value)
  const key = { workspace_id: text('w1'), user_id: text('naive') }
  await db
    .insertInto('gcs_pull_hints')
    .values({ ...key, hinted_at: 0 })
    .execute()
  let now = 0
  const naive = () =>
    db
      .updateTable('gcs_pull_hints')
      .set({ hinted_at: ++now })
      .where('workspace_id', '=', key.workspace_id)
      .where('user_id', '=', key.user_id)
      .execute()
  const timed = async (hint: () => Promise<unknown>) => {
    const startedAt = performance.now()
    let left = HINTS
    const work = async () => {
      while (left-- > 0) await hint()
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    return performance.now() - startedAt
  }
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await timed(() => stores.state.pullHints.add(account))
    ratios.push((await timed(naive)) / ours)
    await stores.state.pullHints.take(account)
  }
  const aim = name === 'SQLite' ? {} : { atLeast: 8 }
  return {
    name: `naive updates beside ${HINTS} pull hints, ${name}`,
    value: median(ratios),
    unit: '×',
    ...aim,
  }
}
