/**
 * What the stores and queues cost, as ratios within one run. Turn by turn where two are compared, so that what else
 * the machine does meets both. Quote ratios and their aims, not absolutes.
 *
 *   npm run bench:stores             (--only marks,hints,stampede,tenants,quota,queues,workers)
 *
 * Needs PostgreSQL, MariaDB and Redis on loopback; makes schemas of its own there, and drops them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BenchDatabase, mariadb, postgres, sqlite } from './stores/databases.ts'
import { type Figure, isMet, rounded, table } from './stores/figures.ts'
import { markCost } from './stores/mark-cost.ts'
import { pullHints } from './stores/pull-hints.ts'
import { queueCosts } from './stores/queue-cost.ts'
import { quotaUse } from './stores/quota-use.ts'
import { stampede } from './stores/stampede.ts'
import { tenants } from './stores/tenants.ts'
import { workerThroughput } from './stores/workers.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const folder = mkdtempSync(join(tmpdir(), 'gcs-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const on = async (
  open: Promise<BenchDatabase>,
  measure: (database: BenchDatabase) => Promise<Figure> = markCost,
): Promise<Figure> => {
  const database = await open
  try {
    return await measure(database)
  } finally {
    await database.close()
  }
}

const parts: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  marks: async () => [await on(postgres()), await on(mariadb()), await on(sqlite(folder))],
  hints: async () => [
    await on(postgres(), pullHints),
    await on(mariadb(), pullHints),
    await on(sqlite(folder), pullHints),
  ],
  stampede,
  tenants,
  quota: async () => [...(await quotaUse('on')), ...(await quotaUse('shared'))],
  queues: queueCosts,
  workers: workerThroughput,
}
const chosen = values.only?.split(',') ?? Object.keys(parts)
const unknown = chosen.filter(name => !(name in parts))
if (unknown.length > 0) {
  process.stderr.write(`--only takes ${Object.keys(parts).join(', ')}.\n`)
  process.exit(2)
}
const figures: Figure[] = []
for (const name of chosen) {
  process.stderr.write(`${name} …\n`)
  figures.push(...((await parts[name]?.()) ?? []))
}
process.stdout.write(`${table(figures)}\n`)
const missed = figures.filter(figure => !isMet(figure)).map(({ name }) => name)
const shown = Object.fromEntries(figures.map(({ name, value }) => [name, rounded(value)]))
process.stdout.write(`${JSON.stringify({ figures: shown, missed })}\n`)
process.exit(missed.length === 0 ? 0 : 1)
