import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { sqlStores } from '../../src/adapters/sql/index.ts'
import type { Appointment, AppointmentSource, RequestReport } from '../../src/index.ts'
import { postgres } from './databases.ts'
import { type Figure, quantile } from './figures.ts'
import { connect, googleOf, newSync, startFake } from './host.ts'

const BACKFILL = 100_000
const EDITS = 100
const PAUSE_MS = 250
const big = { workspaceId: 'big', userId: 'u1' }
const small = { workspaceId: 'small', userId: 'u1' }
const edited = { workspaceId: 'small', appointmentId: 'a1' }

/** One tenant's backfill of 100,000 beside the edits of another, in one process with Google's quotas in force. */
export async function tenants(): Promise<Figure[]> {
  const { db, close } = await postgres(8, `gcs_tenants_${process.pid}`)
  const fake = await startFake(false)
  let title = 'first'
  let landed: (request: RequestReport) => void = () => {}
  const at = (index: number) => new Date(Date.UTC(2027, 0, 4) + index * 900_000)
  const appointment = (userId: string, index: number, of: string): Appointment => ({
    userIds: [userId],
    start: at(index),
    durationMinutes: 10,
    timeZone: 'Europe/Berlin',
    status: 'confirmed',
    title: of,
  })
  const source: AppointmentSource = {
    get: ({ workspaceId, appointmentId }) =>
      workspaceId === 'small'
        ? appointment('u1', 0, title)
        : appointment('u1', Number(appointmentId), `Appointment ${appointmentId}`),
    changes({ account, after, limit }) {
      if (account.workspaceId === 'small') return { refs: after ? [] : [edited], cursor: 'end' }
      const from = Number(after ?? 0)
      const refs = Array.from({ length: Math.min(limit, BACKFILL - from) }, (_, index) => ({
        workspaceId: 'big',
        appointmentId: String(from + index),
      }))
      return { refs, cursor: String(from + refs.length) }
    },
  }
  await sqlStores({ db }).migrate()
  const sync = newSync({
    ...{ db, google: googleOf(fake), source },
    onRequest: request => request.lane === 'interactive' && landed(request),
  })
  try {
    await connect(sync, fake, small, 'small@example.com')
    await sync.start()
    const edit = async (): Promise<number> => {
      title = `edit at ${performance.now()}`
      const startedAt = performance.now()
      const done = new Promise<number>(resolve => {
        landed = ({ status }) => status === 200 && resolve(performance.now() - startedAt)
      })
      await sync.appointmentChanged(edited)
      return done
    }
    await edit()
    await connect(sync, fake, big, 'big@example.com')
    const times: number[] = []
    for (let count = 0; count < EDITS; count++) {
      times.push(await edit())
      await sleep(PAUSE_MS)
    }
    const note = `p50 ${Math.round(quantile(times, 0.5))} ms`
    const value = quantile(times, 0.99)
    return [{ name: 'edit beside a backfill of 100,000, p99', value, unit: 'ms', atMost: 2_000, note }]
  } finally {
    await sync.stop({ drainMs: 1_000 })
    await fake.stop()
    await close()
  }
}
