/**
 * From an edit in the app to the event in Google, beside a bare call of Google's own client, in one run.
 *
 * Both talk to the fake over loopback HTTP with the same injected round trip, turn by turn (ABBA), so that what
 * else the machine does meets both. Quote the differences, not the absolutes.
 *
 *   npm run bench:latency            (--rounds N, --latency MS)
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { calendar } from '@googleapis/calendar'
import { type Appointment, GoogleCalendarSync, type RequestReport } from 'google-calendar-sync'
import { inProcessQueue } from 'google-calendar-sync/in-process-queue'
import { sqliteStores } from 'google-calendar-sync/sqlite'

const { values } = parseArgs({ options: { rounds: { type: 'string' }, latency: { type: 'string' } } })
const rounds = Number(values.rounds ?? 100)
const latencyMs = Number(values.latency ?? 50)
const redirectUri = 'https://app.example/callback'
const account = { workspaceId: 'w', userId: 'u' }
const ref = { workspaceId: 'w', appointmentId: 'a' }

const folder = mkdtempSync(join(tmpdir(), 'gcs-bench-'))
const fake = spawn(
  process.execPath,
  ['src/testing/fake-google/cli.ts', '--port', '0', '--no-quota', '--redirect-uri', redirectUri],
  { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'pipe', 'inherit'] },
)
try {
  const ready = await firstLine(fake)
  const stores = sqliteStores(join(folder, 'sync.db'))
  const appointment: { -readonly [K in keyof Appointment]: Appointment[K] } = {
    userIds: ['u'],
    start: '2027-01-11T10:00',
    durationMinutes: 50,
    timeZone: 'Europe/Berlin',
    status: 'confirmed',
    title: 'start',
  }
  let answered: (request: RequestReport) => void = () => {}
  const sync = new GoogleCalendarSync({
    google: {
      clientId: ready.clientId,
      clientSecret: ready.clientSecret,
      redirectUri,
      endpoints: {
        authorization: `${ready.url}/o/oauth2/v2/auth`,
        token: `${ready.url}/token`,
        revoke: `${ready.url}/revoke`,
        keys: `${ready.url}/oauth2/v3/certs`,
        calendarRoot: `${ready.url}/`,
      },
    },
    secrets: { current: { id: 'bench', key: Buffer.alloc(32, 3).toString('base64') } },
    tokenStore: stores.tokens,
    stateStore: stores.state,
    jobQueue: inProcessQueue(),
    appointmentSource: { get: () => appointment, changes: () => ({ refs: [] }) },
    quota: 'off',
    onRequest: request => answered(request),
  })
  const started = await sync.authorizationUrl(account)
  const page = await fetch(`${started.url}&_approve=${encodeURIComponent(ready.email)}`, {
    redirect: 'manual',
  })
  const back = new URL(page.headers.get('location') ?? '')
  const { kind } = await sync.completeAuthorization({
    ...Object.fromEntries(back.searchParams),
    binding: started.binding,
  })
  if (kind !== 'connected') throw new Error(`not connected: ${kind}`)
  await sync.start()

  const ours = async (title: string): Promise<number> => {
    appointment.title = title
    const begin = performance.now()
    const landed = new Promise<number>(resolve => {
      answered = request => request.status === 200 && resolve(performance.now())
    })
    await sync.appointmentChanged(ref)
    return (await landed) - begin
  }
  const client = calendar({
    version: 'v3',
    rootUrl: `${ready.url}/`,
    headers: { authorization: `Bearer ${ready.accessToken}` },
  })
  await ours('first')
  const own = await client.events.insert({
    calendarId: 'primary',
    requestBody: {
      summary: 'bare',
      start: { dateTime: '2027-01-12T10:00:00Z' },
      end: { dateTime: '2027-01-12T11:00:00Z' },
    },
  })
  const bare = async (summary: string): Promise<number> => {
    const begin = performance.now()
    await client.events.patch({ calendarId: 'primary', eventId: own.data.id ?? '', requestBody: { summary } })
    return performance.now() - begin
  }
  await control(ready.url, 'latency', { ms: latencyMs })
  for (let i = 0; i < 10; i++) await Promise.all([ours(`warm ${i}`), bare(`warm ${i}`)])
  const times: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] }
  for (let i = 0; i < rounds; i++) {
    const order = i % 2 === 0 ? ([ours, bare, bare, ours] as const) : ([bare, ours, ours, bare] as const)
    for (const [j, call] of order.entries())
      times[call === ours ? 'ours' : 'bare'].push(await call(`edit ${i}-${j}`))
  }
  await sync.stop({ drainMs: 1_000 })
  await stores.close()
  const row = (samples: number[]) => ({
    p50: at(samples, 0.5),
    p95: at(samples, 0.95),
    p99: at(samples, 0.99),
  })
  const [a, b] = [row(times.ours), row(times.bare)]
  console.table({ 'edit to event': a, 'bare client call': b })
  const result = {
    rounds: times.ours.length,
    latencyMs,
    p50OverBareMs: round(a.p50 - b.p50),
    p99OverBareP50Ms: round(a.p99 - b.p50),
    withinAim: a.p50 - b.p50 <= 30 && a.p99 - b.p50 <= 250,
  }
  console.log(JSON.stringify(result))
  process.exitCode = result.withinAim ? 0 : 1
} finally {
  fake.kill()
  rmSync(folder, { recursive: true, force: true })
}

interface Ready {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly email: string
  readonly accessToken: string
}

async function firstLine(child: typeof fake): Promise<Ready> {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Ready
  throw new Error('the fake did not start')
}

async function control(url: string, name: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/_control/${name}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
}

function at(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((x, y) => x - y)
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
