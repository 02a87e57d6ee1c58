import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import { FakeGoogleProcess } from '../../examples/express-clinic/fake-google.ts'
import { sqlStores } from '../../src/adapters/sql/index.ts'
import { SeededRandom } from '../../src/testing/index.ts'
import { Crew } from './crew.ts'
import { createHostTable, type HostRow } from './host-table.ts'
import { judge, plantForeign } from './judge.ts'
import { type Edit, makePlan, PEOPLE } from './plan.ts'
import {
  type FleetProcess,
  openProcess,
  POSTGRES,
  poolOf,
  type QueueKind,
  type RoundConfig,
} from './process.ts'
import { clockFunction, scaledClock, type TimeScale } from './scaled-clock.ts'

export interface RoundOptions {
  readonly seed: number
  readonly size: number
  readonly workers: number
  readonly queue: QueueKind
  /** How much faster time runs, so that waits of minutes are over in seconds. */
  readonly factor: number
}

export interface RoundResult {
  readonly violations: readonly string[]
  readonly kills: number
  readonly cuts: number
  readonly refreshes: number
  readonly expiries: number
}

const REDIRECT_URI = 'https://app.example/callback'
const SETTLES_WITHIN_MS = 300_000
const EXPIRIES = 2
/** Far less than a token lives, and than it is refreshed early, by the fast clock. */
const TOKEN_LIFE_MS = 3_000_000

const FAULTS = {
  internalError: 0.01,
  rateLimitExceeded: 0.01,
  timeoutBeforeCommit: 0.01,
  timeoutAfterCommit: 0.015,
  resetBeforeCommit: 0.01,
  resetAfterCommit: 0.015,
  truncated: 0.01,
}

export async function runRound(options: RoundOptions, say: (line: string) => void): Promise<RoundResult> {
  const { seed, size, queue, factor, workers } = options
  const schema = `fleet_${process.pid}_${seed}`
  const time: TimeScale = { base: Date.now(), factor }
  const admin = poolOf('pg_catalog', 2)
  const redis = queue === 'bullmq' ? await emptyRedisDb() : undefined
  const fake = await FakeGoogleProcess.start({ redirectUri: REDIRECT_URI, seed, noQuota: true })
  let web: FleetProcess | undefined
  let crew: Crew | undefined
  try {
    const { clientId, clientSecret, endpoints } = fake
    const google = { clientId, clientSecret, redirectUri: REDIRECT_URI, endpoints }
    const config: RoundConfig = { schema, queue, redisDb: redis?.db ?? 0, workers, time, google }
    await admin.query(`create schema ${schema}`)
    await admin.query(clockFunction(schema, time))
    await admin.query(createHostTable(schema))
    if (queue === 'pg-boss') await installBoss(schema)
    web = await openProcess(config)
    await sqlStores({ db: web.db, schema }).migrate()
    const plan = makePlan(seed, size, time.base)
    for (let at = 0; at < plan.first.length; at += 500) {
      const rows = plan.first
        .slice(at, at + 500)
        .map((row, index) => ({ ...row, updated_at: at + index + 1 }))
      await web.db.insertInto('appointments').values(rows).execute()
    }
    const calendars = await connectEverybody(web, fake)
    const before = await refreshesOf(fake)
    await fake.control('switches', { lostAnswerAfterMs: 150 })
    await fake.control('random-faults', { rates: FAULTS, match: { method: 'events.*' } })
    crew = new Crew(config)

    const chaos = { random: new SeededRandom(seed ^ 0x5eed), cuts: 0, isOver: false }
    const cut = () =>
      admin.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
        schema,
      ])
    const trouble = makeTrouble(chaos, crew, cut)
    await makeEdits(web, plan.edits, async done => {
      if (done === Math.floor(plan.edits.length / 2)) await redis?.client.flushdb()
      if (
        Math.floor((done * (EXPIRIES + 1)) / plan.edits.length) !==
          Math.floor(((done - 1) * (EXPIRIES + 1)) / plan.edits.length) &&
        done < plan.edits.length
      )
        await fake.control('expire-access-tokens')
    })
    say(`  edits done after ${seconds(time)} s, ${crew.kills} kills, ${chaos.cuts} cuts`)
    chaos.isOver = true
    await trouble
    await fake.control('clear-faults')
    const unsettled = await settle(web, schema, time)
    say(`  settled after ${seconds(time)} s`)
    const rows: HostRow[] = await web.db.selectFrom('appointments').selectAll().execute()
    const violations = [...unsettled, ...(await judge(fake, rows, calendars))]
    const refreshes = (await refreshesOf(fake)) - before
    const aged = Math.floor(((Date.now() - time.base) * factor) / TOKEN_LIFE_MS)
    const allowed = PEOPLE.length * (EXPIRIES + aged) + crew.kills + chaos.cuts
    if (refreshes > allowed) violations.push(`${refreshes} refreshes, at most ${allowed} expected`)
    const stuck = await crew.end()
    if (stuck > 0) violations.push(`${stuck} workers did not end in order`)
    return { violations, kills: crew.kills, cuts: chaos.cuts, refreshes, expiries: EXPIRIES }
  } finally {
    await crew?.end()
    await web?.close().catch(() => {})
    await fake.stop()
    await redis?.client.flushdb()
    redis?.client.disconnect()
    await admin.query(`drop schema if exists ${schema} cascade`)
    await admin.query(`drop schema if exists ${schema}_boss cascade`)
    await admin.end()
  }
}

const seconds = ({ base }: TimeScale): number => Math.round((Date.now() - base) / 1_000)

/** A database of Redis that nobody uses; only that one is ever flushed. */
async function emptyRedisDb() {
  for (let db = 9; db < 16; db++) {
    const client = new Redis({ host: '127.0.0.1', port: 6379, db })
    if ((await client.dbsize()) === 0) return { client, db }
    client.disconnect()
  }
  throw new Error('No database of Redis from 9 to 15 is empty.')
}

async function installBoss(schema: string): Promise<void> {
  const boss = new PgBoss({
    ...POSTGRES,
    schema: `${schema}_boss`,
    max: 2,
    supervise: false,
    schedule: false,
  })
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

async function makeTrouble(
  chaos: { readonly random: SeededRandom; cuts: number; isOver: boolean },
  crew: Crew,
  cut: () => Promise<unknown>,
): Promise<void> {
  while (!chaos.isOver) {
    await sleep(500 + chaos.random.float() * 2_000)
    if (chaos.isOver) return
    if (chaos.random.float() < 0.8) crew.kill(Math.floor(chaos.random.float() * 16))
    else {
      chaos.cuts++
      await cut()
    }
  }
}

/** The host: every second change commits with its mark, the others are marked after the commit. */
async function makeEdits(
  { sync, db }: FleetProcess,
  edits: readonly Edit[],
  after: (done: number) => Promise<void>,
): Promise<void> {
  for (const [index, edit] of edits.entries()) {
    const { workspace_id, id } = edit.row
    const ref = { workspaceId: workspace_id, appointmentId: id }
    const isJoined = index % 2 === 0
    await untilDone(() =>
      db.transaction().execute(async trx => {
        await trx
          .deleteFrom('appointments')
          .where('workspace_id', '=', workspace_id)
          .where('id', '=', id)
          .execute()
        const row = { ...edit.row, updated_at: 1_000_000 + index }
        if (edit.kind === 'write') await trx.insertInto('appointments').values(row).execute()
        if (isJoined) await sync.appointmentChanged(ref, { transaction: trx })
      }),
    )
    if (!isJoined) {
      await untilDone(async () => {
        const { marked } = await sync.appointmentChanged(ref)
        if (!marked) throw new Error('not marked')
      })
    }
    await after(index + 1)
  }
}

/** A host whose commit is in doubt does it again. */
async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await work()
      return
    } catch (error) {
      if (tries === 50) throw error
      await sleep(100)
    }
  }
}

interface Standing {
  readonly status: string
  readonly cause?: string
  readonly nextRepairAt?: number
  readonly pass?: { readonly kind: string; readonly finishedAt?: number }
  readonly lastError?: { readonly code: string }
}

/** Until no mark is left and every connection was repaired once. Answers what kept it from that. */
async function settle({ db }: FleetProcess, schema: string, time: TimeScale): Promise<string[]> {
  const until = Date.now() + SETTLES_WITHIN_MS
  const clock = scaledClock(time)
  for (let quiet = 0; ; ) {
    const marks = await sql<{
      cause: string | null
    }>`select cause from ${sql.table(`${schema}.gcs_marks`)}`.execute(db)
    const { rows } = await sql<{
      data: string
    }>`select data from ${sql.table(`${schema}.gcs_connections`)}`.execute(db)
    const all = rows.map(({ data }) => JSON.parse(data) as Standing)
    const isIdle = ({ status, pass, nextRepairAt = 0 }: Standing) =>
      status === 'active' && nextRepairAt > clock.now() && (!pass || pass.finishedAt !== undefined)
    quiet = marks.rows.length === 0 && all.length === PEOPLE.length && all.every(isIdle) ? quiet + 1 : 0
    if (quiet === 4) return []
    if (Date.now() > until) {
      const words = all
        .filter(each => !isIdle(each))
        .map(({ status, cause, pass, lastError }) => [status, cause, pass?.kind, lastError?.code].join(' '))
      const causes = [...new Set(marks.rows.map(({ cause }) => cause))].join(', ')
      return [`not settled: ${marks.rows.length} marks left (${causes}); connections: ${words.join(' | ')}`]
    }
    await sleep(250)
  }
}
