import { parseArgs } from 'node:util'
import { bundleWorker } from './bundle-worker.ts'
import type { DatabaseKind } from './database.ts'
import type { QueueKind } from './process.ts'
import { runRound } from './round.ts'

const USAGE = `Usage: npm run fleet -- [options]
  --rounds N     default 1
  --size N       appointments a round; default 5000
  --small N      appointments of nine rounds in ten; default: as --size
  --workers N    processes a round; default 4
  --seed N       of the first round; the next ones count on. Default 1
  --queue KIND   pg-boss, in-process or bullmq; default: by turns
  --database D   postgres or mariadb, where time cannot run faster; default postgres
  --factor N     how much faster time runs; default 10
Ends with one line of JSON. Exits with 1 when there was a violation.`

const KINDS: readonly QueueKind[] = ['pg-boss', 'in-process', 'bullmq']
const DATABASES: readonly DatabaseKind[] = ['postgres', 'mariadb']
/** One round in so many is of full size when the others are smaller. */
const FULL_EVERY = 10

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    size: { type: 'string', default: '5000' },
    workers: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    small: { type: 'string' },
    queue: { type: 'string' },
    database: { type: 'string', default: 'postgres' },
    factor: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
})
const whole = (name: 'rounds' | 'size' | 'small' | 'workers' | 'seed' | 'factor'): number => {
  const value = Number(values[name])
  if (Number.isInteger(value) && value > 0) return value
  process.stderr.write(`--${name} must be a whole number above 0.\n${USAGE}\n`)
  process.exit(2)
}
const say = (line: string) => process.stdout.write(`${line}\n`)

if (values.help) {
  say(USAGE)
  process.exit(0)
}
const only = KINDS.find(kind => kind === values.queue)
if (values.queue !== undefined && !only) {
  process.stderr.write(`--queue must be one of ${KINDS.join(', ')}.\n`)
  process.exit(2)
}
const database = DATABASES.find(kind => kind === values.database)
if (!database) {
  process.stderr.write(`--database must be one of ${DATABASES.join(', ')}.\n`)
  process.exit(2)
}
const [rounds, first, size] = [whole('rounds'), whole('seed'), whole('size')]
const small = values.small === undefined ? size : whole('small')
const factor = database === 'mariadb' ? 1 : whole('factor')
const workers = whole('workers')
process.setMaxListeners(0)

const worker = await bundleWorker()

let [violations, kills, cuts, done] = [0, 0, 0, 0]
for (let seed = first; seed < first + rounds; seed++) {
  const queue = only ?? KINDS[seed % KINDS.length] ?? 'pg-boss'
  const options = {
    seed,
    queue,
    database,
    worker,
    workers,
    factor,
    size: done % FULL_EVERY === 0 ? size : small,
  }
  say(`round ${done + 1}: seed ${seed}, ${queue}, ${database}, ${options.size} appointments`)
  const result = await runRound(options, say)
  done++
  violations += result.violations.length
  kills += result.kills
  cuts += result.cuts
  say(`  ${result.violations.length} violations, ${result.refreshes} refreshes`)
  for (const line of result.violations.slice(0, 20)) say(`  VIOLATION ${line}`)
  if (result.violations.length > 0)
    say(
      `  again: npm run fleet -- --seed ${seed} --queue ${queue} --database ${database} --size ${options.size}`,
    )
}
say(JSON.stringify({ rounds: done, violations, kills, cuts }))
process.exit(violations === 0 ? 0 : 1)
