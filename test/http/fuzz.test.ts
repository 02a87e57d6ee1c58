import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/testing/virtual-time.ts'
import { type Known, RequestMaker } from './fuzz-requests.ts'
import { Browser, dana, type HttpKit, httpKit, sessionOf } from './support.ts'

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 3_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
/** Requests to one world: long enough for its states to be used up, then a new one is made. */
const PER_WORLD = 500

const victim = { workspaceId: 'CANARY-workspace', userId: 'CANARY-user' }

async function connected(http: HttpKit, account: typeof victim, email: string, ids: readonly string[]) {
  const browser = new Browser(http, account)
  await browser.connect(email)
  await browser.send('PATCH', '/settings', {
    body: {
      include_notes: true,
      acknowledgements: [{ setting: 'include_notes', text_id: `${account.userId}-text` }],
    },
  })
  for (const appointmentId of ids) {
    const ref = { workspaceId: account.workspaceId, appointmentId }
    const title = `${account.userId} title`
    http.kit.book.put(ref, {
      userIds: [account.userId],
      start: '2026-11-24T15:00',
      durationMinutes: 50,
      timeZone: 'UTC',
      status: 'confirmed',
      title,
    })
    await http.kit.changed(ref)
  }
  return browser
}

/** Two tenants; what the victim has is marked, and known to the client where an id can be guessed. */
async function world() {
  const http = httpKit({ isMember: ({ workspaceId }) => workspaceId !== 'left' })
  const foreign = ['CANARY-a1', 'shared-id']
  const theirs = await connected(http, victim, 'canary@example.com', foreign)
  const own = await connected(http, dana, 'dana@example.com', ['a1', 'a/b'])
  const states: string[] = []
  for (let i = 0; i < 4; i++) states.push(new URL(await own.start()).searchParams.get('state') ?? '')
  states.push(new URL(await theirs.start()).searchParams.get('state') ?? '', 'x'.repeat(43), 'x')
  const sessions = [
    dana,
    { workspaceId: 'left', userId: 'x' },
    { workspaceId: 'north', userId: 'x'.repeat(300) },
    {},
  ]
  const binding = [...own.jar].filter(([name]) => name !== 'session')
  const known: Known = {
    cookies: ['theme=dark', ...binding.map(([name, value]) => `${name}=${value}`)],
    sessions: sessions.map(account => `session=${sessionOf(account as typeof dana)}`),
    bearers: sessions.map(account => sessionOf(account as typeof dana)),
    states,
    ids: ['a1', 'a/b', 'none', '__proto__', ...foreign],
  }
  return { http, known }
}

async function victimsRows({ kit }: HttpKit) {
  const { connections, links } = kit.stores.state
  const ofRef = (appointmentId: string) => links.ofRef({ workspaceId: victim.workspaceId, appointmentId })
  return [
    await connections.get(victim),
    await ofRef('CANARY-a1'),
    await ofRef('shared-id'),
    await kit.stores.tokens.get(victim),
  ]
}

describe('random requests', () => {
  it(
    `give no 500, no hang, and no byte of another tenant (${REQUESTS} of seed ${SEED})`,
    async () => {
      const random = seededRandom(SEED)
      const maker = new RequestMaker(random)
      const statuses = new Map<number, number>()
      for (let done = 0; done < REQUESTS; done += PER_WORLD) {
        const { http, known } = await world()
        const before = await victimsRows(http)
        for (let i = done; i < Math.min(REQUESTS, done + PER_WORLD); i++) {
          const { url, init } = maker.make(known)
          const which = `request ${i}: ${init.method} ${JSON.stringify(url.slice(0, 300))}`
          const begun = performance.now()
          // `run` fails by itself when the work waits for what never comes.
          const response = await http.kit.run(() => http.handler(new Request(url, init)))
          const answered = `${JSON.stringify([...response.headers])} ${await response.text()}`
          if (response.status >= 500) throw new Error(`${which} gave ${response.status}`)
          if (/canary/i.test(answered)) throw new Error(`${which} gave away ${answered}`)
          if (performance.now() - begun > 2_000) throw new Error(`${which} took too long`)
          if (response.headers.get('cache-control') !== 'no-store') throw new Error(`${which} may be kept`)
          // Most routes need a tie: one that was ended is made again.
          if (init.method === 'DELETE' && response.ok) {
            await http.kit.run(() => http.kit.sync.disconnect(dana, { events: 'keep' }))
            await http.kit.connect(dana, 'dana@example.com')
          }
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
        }
        expect(await victimsRows(http)).toEqual(before)
        expect(
          http.kit.runtime.logs.filter(({ level }) => level === 'error').map(({ message }) => message),
        ).not.toContain('http-request-failed')
        expect(JSON.stringify(http.kit.runtime.logs)).not.toMatch(/canary/i)
      }
      expect(({} as Record<string, unknown>).enabled).toBeUndefined()
      // The requests reach every kind of answer, or they would prove little.
      const few = [200, 202, 303, 400, 401, 403, 404, 405, 413, 415, 422].filter(
        status => (statuses.get(status) ?? 0) < REQUESTS / 1_000,
      )
      expect(few).toEqual([])
      const table = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
      if (process.env.FUZZ_REQUESTS) process.stdout.write(`\nfuzz: ${table.join(', ')}\n`)
    },
    60_000 + REQUESTS * 20,
  )
})
