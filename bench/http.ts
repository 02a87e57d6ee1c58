/**
 * `GET /status` beside a bare handler with one indexed read of the same SQLite store, in one run.
 *
 * Both are reached the way a browser reaches them, over loopback HTTP and keep-alive, turn by turn (ABBA), so that
 * what else the machine does meets both. A second pair of figures calls the handlers themselves, without HTTP.
 * Quote the ratios, not the absolutes.
 *
 *   npm run bench:http            (--rounds N, --accounts N, --links N)
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Connection, GoogleCalendarSync } from 'google-calendar-sync'
import { inProcessQueue } from 'google-calendar-sync/in-process-queue'
import { nodeHandler } from 'google-calendar-sync/node'
import { sqliteStores } from 'google-calendar-sync/sqlite'

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, accounts: { type: 'string' }, links: { type: 'string' } },
})
const rounds = Number(values.rounds ?? 5_000)
const accounts = Number(values.accounts ?? 200)
const links = Number(values.links ?? 50)
const AIM = 1.5
/** The aim is judged by the median of so many p99 ratios: one pause of the machine must not decide. */
const BATCHES = 9

type Handler = (request: Request) => Promise<Response>

const folder = mkdtempSync(join(tmpdir(), 'gcs-bench-'))
const stores = sqliteStores(join(folder, 'sync.db'))
let googleCalls = 0
const sync = new GoogleCalendarSync({
  google: { clientId: 'id', clientSecret: 'secret', redirectUri: 'https://app.example/calendar/callback' },
  secrets: { current: { id: 'bench', key: Buffer.alloc(32, 3).toString('base64') } },
  tokenStore: stores.tokens,
  stateStore: stores.state,
  jobQueue: inProcessQueue(),
  appointmentSource: { get: () => undefined, changes: () => ({ refs: [] }) },
  authenticate: request => accountOf(request),
  runtime: {
    fetch: () => {
      googleCalls++
      return Promise.reject(new Error('no network here'))
    },
  },
})
const ours: Handler = request => sync.handler(request)
/** What a host would write by hand for one row: the same store, the same answer's headers, one read by key. */
const bare: Handler = async request => {
  const connection = await stores.state.connections.get(accountOf(request))
  return Response.json({ status: connection?.status }, { headers: { 'cache-control': 'no-store' } })
}

const servers = [ours, bare].map(handler => createServer(nodeHandler(handler)).listen(0, '127.0.0.1'))
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
try {
  await fill()
  await Promise.all(servers.map(server => server.listening || once(server, 'listening')))
  const [ourPort, barePort] = servers.map(server => (server.address() as AddressInfo).port)
  const overHttp = await compare(
    i => fetchStatus(ourPort ?? 0, i),
    i => fetchStatus(barePort ?? 0, i),
  )
  const direct = await compare(
    i => answer(ours, i),
    i => answer(bare, i),
  )
  console.table({
    'GET /status': overHttp.ours,
    'bare handler': overHttp.bare,
    'GET /status, without HTTP': direct.ours,
    'bare handler, without HTTP': direct.bare,
  })
  const result = {
    rounds,
    accounts,
    links: accounts * links,
    p50Ratio: ratio(overHttp, 'p50'),
    p99Ratio: ratio(overHttp, 'p99'),
    directP50Ratio: ratio(direct, 'p50'),
    directP99Ratio: ratio(direct, 'p99'),
    googleCalls,
    p99RatioOfBatches: overHttp.p99Ratios,
    medianP99Ratio: at(overHttp.p99Ratios, 0.5),
    withinAim: at(overHttp.p99Ratios, 0.5) <= AIM && googleCalls === 0,
  }
  console.log(JSON.stringify(result))
  process.exitCode = result.withinAim ? 0 : 1
} finally {
  agent.destroy()
  for (const server of servers) server.close()
  await stores.close()
  rmSync(folder, { recursive: true, force: true })
}

function accountOf(request: Request): { workspaceId: string; userId: string } {
  return { workspaceId: 'w', userId: request.headers.get('x-user') ?? '' }
}

/** Connections with links of their own, so that what is read is found by index or not at all. */
async function fill(): Promise<void> {
  for (let a = 0; a < accounts; a++) {
    const account = { workspaceId: 'w', userId: `u${a}` }
    const settings = { enabled: true, includeClientNames: false, includeNotes: false, notifyClients: false }
    const target = { key: `target-${a}`, calendarId: 'primary', kind: 'primary' } as const
    const fields = { status: 'active', target, scopes: ['openid'], settings, acknowledgements: [] } as const
    const connection = await stores.state.connections.create(account, fields)
    if (connection === null) throw new Error('The bench found rows of another run.')
    for (let i = 0; i < links; i++) await addLink(connection, target.key, i)
  }
}

async function addLink({ account, epoch }: Connection, target: string, i: number): Promise<void> {
  const ref = { workspaceId: account.workspaceId, appointmentId: `${account.userId}-${i}` }
  await stores.state.marks.insert([{ ref, lane: 'interactive', origin: 'host' }])
  const claim = await stores.state.claims.claim(ref, { holdMs: 60_000 })
  if (!claim) throw new Error('A mark was not due.')
  const { ok } = await stores.state.links.write(claim, {
    ...{ account, target, epoch, expectedVersion: null },
    set: {
      calendarId: 'primary',
      eventId: `e${account.userId}x${i}`,
      generation: 0,
      event: 'live',
      intents: [],
      settingsVersion: 0,
      behind: false,
      kept: false,
      status: i % 10 === 0 ? 'pending' : 'synced',
      notes: [],
      syncedAt: 1,
    },
  })
  if (!ok) throw new Error('A link was not written.')
  await stores.state.claims.finish(claim, { deleteMarks: claim.marks.map(({ id }) => id), addMarks: [] })
}

interface Row {
  readonly p50: number
  readonly p99: number
}

interface Comparison {
  readonly ours: Row
  readonly bare: Row
  readonly p99Ratios: readonly number[]
}

async function compare(
  first: (i: number) => Promise<number>,
  second: (i: number) => Promise<number>,
): Promise<Comparison> {
  for (let i = 0; i < 500; i++) await Promise.all([first(i), second(i)])
  const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] }
  for (let i = 0; i < rounds; i++) {
    const order =
      i % 2 === 0 ? ([first, second, second, first] as const) : ([second, first, first, second] as const)
    for (const [j, call] of order.entries())
      times[call === first ? 'ours' : 'bare'].push(await call(i * 4 + j))
  }
  const row = (samples: readonly number[]) => ({ p50: at(samples, 0.5), p99: at(samples, 0.99) })
  const size = Math.ceil(times.ours.length / BATCHES)
  const p99Ratios = Array.from({ length: BATCHES }, (_, batch) => {
    const [a, b] = [times.ours, times.bare].map(all => at(all.slice(batch * size, (batch + 1) * size), 0.99))
    return round((a ?? Number.NaN) / (b ?? Number.NaN))
  })
  return { ours: row(times.ours), bare: row(times.bare), p99Ratios }
}

async function answer(handler: Handler, i: number): Promise<number> {
  const request = new Request('https://app.example/calendar/status', {
    headers: { 'x-user': `u${i % accounts}` },
  })
  const begin = performance.now()
  const response = await handler(request)
  await response.text()
  if (response.status !== 200) throw new Error(`answered ${response.status}`)
  return performance.now() - begin
}

function fetchStatus(port: number, i: number): Promise<number> {
  const begin = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { 'x-user': `u${i % accounts}` }
    get({ host: '127.0.0.1', port, path: '/calendar/status', agent, headers }, response => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - begin)
        else reject(new Error(`answered ${response.statusCode}`))
      })
    }).on('error', reject)
  })
}

function ratio({ ours, bare }: Comparison, name: keyof Row): number {
  return round(ours[name] / bare[name])
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function at(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((x, y) => x - y)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
