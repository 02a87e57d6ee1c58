import { parseArgs } from 'node:util'
import type { QueueKind } from './process.ts'
import { runRound } from './round.ts'

const USAGE = `Usage: npm run fleet -- [options]
  --rounds N     default 1
  --size N       appointments a round; default 5000
  --workers N    processes a round; default 4
  --seed N       of the first round; the next ones count on. Default 1
  --queue KIND   pg-boss, in-process or bullmq; default: by turns
  --factor N     how much faster time runs; default 10
Ends with one line of JSON. Exits with 1 when there was a violation.`

const KINDS: readonly QueueKind[] = ['pg-boss', 'in-process', 'bullmq']

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    size: { type: 'string', default: '5000' },
    workers: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    queue: { type: 'string' },
    factor: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
})
const whole = (name: 'rounds' | 'size' | 'workers' | 'seed' | 'factor'): number => {
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
const [rounds, first] = [whole('rounds'), whole('seed')]
const settings = { size: whole('size'), workers: whole('workers'), factor: whole('factor') }
process.setMaxListeners(0)
let [violations, kills, cuts, done] = [0, 0, 0, 0]
for (let seed = first; seed < first + rounds; seed++) {
  const queue = only ?? KINDS[seed % KINDS.length] ?? 'pg-boss'
  say(`round ${done + 1}: seed ${seed}, ${queue}, ${settings.size} appointments`)
  const result = await runRound({ seed, queue, ...settings }, say)
  done++
  violations += result.violations.length
  kills += result.kills
  cuts += result.cuts
  say(`  ${result.violations.length} violations, ${result.refreshes} refreshes`)
  for (const line of result.violations.slice(0, 20)) say(`  VIOLATION ${line}`)
  if (result.violations.length > 0)
    say(`  again: npm run fleet -- --seed ${seed} --queue ${queue} --size ${settings.size}`)
}
say(JSON.stringify({ rounds: done, violations, kills, cuts }))
process.exit(violations === 0 ? 0 : 1)
