/**
 * The fake Google's own speed: event writes in memory, requests over HTTP, pages of a long list, memory.
 *
 *   node --expose-gc bench/fake.ts            (--events N, --writes N, --requests N)
 *
 * Figures per second of processor time are what counts on a machine that others use too, and the aims for writes
 * and HTTP are judged by them; the ones per second of the clock stand beside them. The HTTP server runs in a process of its own, so that the figure is its, not the client's.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createFakeGoogle, type FakeGoogle } from '../src/testing/fake-google/index.ts'

const { values } = parseArgs({
  options: { events: { type: 'string' }, writes: { type: 'string' }, requests: { type: 'string' } },
})
const events = Number(values.events ?? 100_000)
const writes = Number(values.writes ?? 60_000)
const requests = Number(values.requests ?? 20_000)

const AIMS = { writesPerSecond: 20_000, httpPerSecond: 3_000, pageMs: 15, megabytes: 200 }
const EVENTS = '/calendar/v3/calendars/primary/events'
const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 900_000).toISOString()
const body = (n: number) =>
  JSON.stringify({
    id: `event${n.toString(22).padStart(6, '0')}`,
    summary: `Appointment ${n}`,
    start: { dateTime: at(n), timeZone: 'Europe/Berlin' },
    end: { dateTime: at(n + 2), timeZone: 'Europe/Berlin' },
    extendedProperties: { private: { key: `value${n}` } },
  })

const result = {
  ...writeSpeed(),
  ...listAndMemory(),
  ...(await httpSpeed()),
}
console.table(result)
const failed = [
  result.writesPerCpuSecond < AIMS.writesPerSecond && 'writes',
  result.httpPerCpuSecond < AIMS.httpPerSecond && 'http',
  result.pageMs > AIMS.pageMs && 'pages',
  result.megabytes > AIMS.megabytes && 'memory',
].filter(Boolean)
console.log(failed.length === 0 ? 'every aim met' : `not met: ${failed.join(', ')}`)

/** Inserts, patches and puts in turn. */
function writeSpeed() {
  const { google, headers } = ready()
  for (let n = 0; n < 2000; n++) write(google, headers, n)
  const started = performance.now()
  const usage = process.cpuUsage()
  for (let n = 2000; n < 2000 + writes; n++) write(google, headers, n)
  const { user, system } = process.cpuUsage(usage)
  return {
    writesPerSecond: Math.round((writes / (performance.now() - started)) * 1000),
    writesPerCpuSecond: Math.round((writes / (user + system)) * 1_000_000),
  }
}

function write(google: FakeGoogle, headers: Record<string, string>, n: number): void {
  const kind = n % 3
  const id = `event${(n - kind).toString(22).padStart(6, '0')}`
  if (kind === 0) google.handle({ method: 'POST', url: EVENTS, headers, body: body(n) })
  else if (kind === 1)
    google.handle({ method: 'PATCH', url: `${EVENTS}/${id}`, headers, body: `{"summary":"Patched ${n}"}` })
  else
    google.handle({
      method: 'PUT',
      url: `${EVENTS}/${id}`,
      headers,
      body: body(n).replace(/"id":"\w+",/, ''),
    })
}

function listAndMemory() {
  const before = heap()
  const { google, headers } = ready()
  for (let n = 0; n < events; n++) google.handle({ method: 'POST', url: EVENTS, headers, body: body(n) })
  const afterInserts = heap() - before
  const walks: number[] = []
  // The first walk renders; what a client sees on the second and later ones is told apart.
  for (let walk = 0; walk < 4; walk++) {
    const started = performance.now()
    let pages = 0
    let token = ''
    do {
      const url = `${EVENTS}?maxResults=2500&prettyPrint=false${token && `&pageToken=${encodeURIComponent(token)}`}`
      const { response } = google.handle({ method: 'GET', url, headers, body: '' })
      token = /"nextPageToken":"([^"]+)"/.exec(response.body.slice(0, 2000))?.[1] ?? ''
      pages++
    } while (token !== '')
    walks.push((performance.now() - started) / pages)
  }
  const [first = 0, ...later] = walks
  return {
    firstWalkPageMs: round(first),
    pageMs: round(later.sort((a, b) => a - b)[1] ?? first),
    megabytes: round(afterInserts),
    megabytesAfterLists: round(heap() - before),
  }
}

async function httpSpeed() {
  const cli = join(import.meta.dirname, '../src/testing/fake-google/cli.ts')
  const child = spawn(process.execPath, [cli, '--no-quota'], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [line] = await once(createInterface(child.stdout), 'line')
    const { url, accessToken } = JSON.parse(String(line)) as { url: string; accessToken: string }
    const agent = new Agent({ keepAlive: true, maxSockets: 16 })
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
    const send = (n: number) =>
      new Promise<void>((resolve, reject) => {
        const method = n % 2 === 0 ? 'POST' : 'GET'
        const path = n % 2 === 0 ? EVENTS : `${EVENTS}/event${(n - 1).toString(22).padStart(6, '0')}`
        const sent = request(`${url}${path}`, { method, headers, agent }, response => {
          response.resume().on('end', resolve)
        })
        sent.on('error', reject).end(method === 'POST' ? body(n) : undefined)
      })
    let next = 0
    const worker = async () => {
      while (next < requests) await send(next++)
    }
    const started = performance.now()
    const usage = await cpuOf(child.pid ?? 0)
    await Promise.all(Array.from({ length: 16 }, worker))
    const busy = (await cpuOf(child.pid ?? 0)) - usage
    agent.destroy()
    const seconds = (performance.now() - started) / 1000
    return { httpPerSecond: Math.round(requests / seconds), httpPerCpuSecond: Math.round(requests / busy) }
  } finally {
    child.kill('SIGTERM')
  }
}

/** Seconds of processor time a process has used, on Linux; elsewhere nothing is told. */
async function cpuOf(pid: number): Promise<number> {
  const { readFile } = await import('node:fs/promises')
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function ready() {
  const google = createFakeGoogle({ quota: 'off', journalSize: 0 })
  const { accessToken } = google.control.readyAccount({ timeZone: 'Europe/Berlin' })
  return { google, headers: { authorization: `Bearer ${accessToken}` } }
}

function heap(): number {
  const { gc } = globalThis as { gc?: () => void }
  if (!gc) throw new Error('Run with --expose-gc')
  gc()
  gc()
  return process.memoryUsage().heapUsed / 1024 / 1024
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
