import { Redis } from 'ioredis'
import { PgBoss } from 'pg-boss'
import { FakeGoogleProcess } from '../../examples/express-clinic/fake-google.ts'
import { sqlStores } from '../../src/adapters/sql/index.ts'
import { SeededRandom } from '../../src/testing/index.ts'
import { POSTGRES, REDIS } from '../support/services.ts'
import { Chaos, FAULTS } from './chaos.ts'
import { Crew } from './crew.ts'
import { type DatabaseKind, spaceOf } from './database.ts'
import { evidenceOf } from './evidence.ts'
import { insertFirst, makeEdits } from './host.ts'
import { createHostTable } from './host-table.ts'
import { type Calendars, judge, plantForeign } from './judge.ts'
import { makePlan, PEOPLE } from './plan.ts'
import { type FleetProcess, openProcess, type QueueKind, type RoundConfig } from './process.ts'
import type { TimeScale } from './scaled-clock.ts'
import { settle } from './settle.ts'

export interface RoundOptions {
  readonly seed: number
  readonly size: number
  /** The program of a worker process. */
  readonly worker: string
  readonly workers: number
  readonly queue: QueueKind
  readonly database: DatabaseKind
  /** How much faster time runs, so that waits of minutes are over in seconds. */
  readonly factor: number
  /** Nothing goes wrong and nothing is edited: how fast the backfill alone is. */
  readonly isCalm?: boolean
}

export interface RoundResult {
  readonly violations: readonly string[]
  readonly kills: number
  readonly cuts: number
  readonly refreshes: number
  /** From the start of the workers until nothing was left to do. Real time. */
  readonly workedMs: number
}

const REDIRECT_URI = 'https://app.example/callback'
const EXPIRIES = 2
/** Far less than a token lives, and than it is refreshed early, by the fast clock. */
const TOKEN_LIFE_MS = 3_000_000

export async function runRound(options: RoundOptions, say: (line: string) => void): Promise<RoundResult> {
  const { seed, size, queue, database, factor, workers } = options
  const name = `fleet_${process.pid}_${seed}`
  const time: TimeScale = { base: Date.now(), factor }
  const space = spaceOf(database, name)
  const redis = queue === 'bullmq' ? await emptyRedisDb() : undefined
  const fake = await FakeGoogleProcess.start({
    redirectUri: REDIRECT_URI,
    seed,
    noQuota: true,
    journal: 20 * size + 2_000,
  })
  let web: FleetProcess | undefined
  let crew: Crew | undefined
  try {
    const { clientId, clientSecret, endpoints } = fake
    const google = { clientId, clientSecret, redirectUri: REDIRECT_URI, endpoints }
    const config: RoundConfig = { name, database, queue, redisDb: redis?.db ?? 0, workers, time, google }
    await space.create(time)
    if (queue === 'pg-boss') await installBoss(name)
    web = await openProcess(config)
    await createHostTable(web.db)
    await sqlStores({ db: web.db }).migrate()
    const plan = makePlan(seed, size, time.base)
    await insertFirst(web, plan)
    const calendars = await connectEverybody(web, fake)
    const before = await refreshesOf(fake)
    crew = new Crew(options.worker, config)
    if (options.isCalm) await crew.allWorking()
    const startedAt = Date.now()
    if (options.isCalm) return await calmRound(web, fake, { crew, time, calendars, startedAt })
    await fake.control('set-switches', { lostAnswerAfterMs: 150 })
    await fake.control('random-faults', { rates: FAULTS, match: { method: 'events.*' } })
    const chaos = new Chaos(new SeededRandom(seed ^ 0x5eed), crew, () => space.cut())
    const troubled = makeEdits(web, plan.edits, async done => {
      if (done === Math.floor(plan.edits.length / 2)) await redis?.client.flushdb()
      if (isExpiry(done, plan.edits.length)) await fake.control('expire-access-tokens')
    })
    await troubled.finally(() => chaos.end())
    say(`  edits done after ${seconds(time)} s, ${crew.kills} kills, ${chaos.cuts} cuts`)
    await fake.control('clear-faults')
    const settled = await settle(web, crew, time)
    say(`  ${settled.kind} after ${seconds(time)} s`)
    const violations = settled.kind === 'settled' ? [] : [`${settled.kind}: ${settled.what}`]
    const rows = await web.db.selectFrom('appointments').selectAll().execute()
    violations.push(...(await judge(fake, rows, calendars)))
    for (const line of await evidenceOf(violations, web, fake)) say(`  EVIDENCE ${line}`)
    const refreshes = (await refreshesOf(fake)) - before
    const aged = Math.floor(((Date.now() - time.base) * factor) / TOKEN_LIFE_MS)
    const allowed = PEOPLE.length * (EXPIRIES + aged) + crew.kills + chaos.cuts
    if (refreshes > allowed) violations.push(`${refreshes} refreshes, at most ${allowed} expected`)
    const stuck = await crew.end()
    if (stuck.length > 0) violations.push(`workers that did not end in order: ${stuck.join(', ')}`)
    const workedMs = Date.now() - startedAt
    return { violations, kills: crew.kills, cuts: chaos.cuts, refreshes, workedMs }
  } finally {
    await crew?.end()
    await web?.close().catch(() => {})
    await fake.stop()
    await redis?.client.flushdb()
    redis?.client.disconnect()
    await space.drop()
  }
}

async function calmRound(
  web: FleetProcess,
  fake: FakeGoogleProcess,
  of: {
    readonly crew: Crew
    readonly time: TimeScale
    readonly calendars: Calendars
    readonly startedAt: number
  },
): Promise<RoundResult> {
  const settled = await settle(web, of.crew, of.time)
  const workedMs = Date.now() - of.startedAt
  const rows = await web.db.selectFrom('appointments').selectAll().execute()
  const violations = settled.kind === 'settled' ? [] : [`${settled.kind}: ${settled.what}`]
  violations.push(...(await judge(fake, rows, of.calendars)))
  return { violations, kills: 0, cuts: 0, refreshes: 0, workedMs }
}

/** Spread evenly over the edits, none at their end. */
const isExpiry = (done: number, edits: number): boolean =>
  done < edits &&
  Math.floor((done * (EXPIRIES + 1)) / edits) !== Math.floor(((done - 1) * (EXPIRIES + 1)) / edits)

const seconds = ({ base }: TimeScale): number => Math.round((Date.now() - base) / 1_000)

/** A database of Redis that nobody uses; only that one is ever flushed. */
async function emptyRedisDb() {
  for (let db = 9; db < 16; db++) {
    const client = new Redis({ ...REDIS, db })
    if ((await client.dbsize()) === 0 && (await client.set('fleet', process.pid, 'NX'))) return { client, db }
    client.disconnect()
  }
  throw new Error('No database of Redis from 9 to 15 is empty.')
}

async function installBoss(name: string): Promise<void> {
  const boss = new PgBoss({ ...POSTGRES, schema: `${name}_boss`, max: 2, supervise: false, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  await boss.stop({ graceful: false })
}

async function connectEverybody({ sync }: FleetProcess, fake: FakeGoogleProcess) {
  for (const { email } of PEOPLE) await fake.control('create-user', { email, timeZone: 'Europe/Berlin' })
  const calendars = await plantForeign(fake)
  for (const { account, email } of PEOPLE) {
    const { url, binding } = await sync.authorizationUrl(account)
    const answer = await fake.control<Record<string, string>>('approve', { authorizationUrl: url, email })
    const back = new URL(Object.values(answer)[0] ?? '')
    const result = await sync.completeAuthorization({ ...Object.fromEntries(back.searchParams), binding })
    if (result.kind !== 'connected') throw new Error(`${email} could not connect: ${result.kind}`)
  }
  return calendars
}

async function refreshesOf(fake: FakeGoogleProcess): Promise<number> {
  const { rows } = await fake.control<{ rows: { method: string; status: number; count: number }[] }>('report')
  return rows
    .filter(({ method, status }) => method === 'oauth.token' && status === 200)
    .reduce((sum, { count }) => sum + count, 0)
}
