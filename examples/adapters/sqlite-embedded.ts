// Nothing but a file: the library keeps its state in a SQLite database of its own, and its queue in the process.
// Run: node examples/adapters/sqlite-embedded.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Appointment, GoogleCalendarSync } from 'google-calendar-sync'
import { inProcessQueue } from 'google-calendar-sync/in-process-queue'
import { sqliteStores } from 'google-calendar-sync/sqlite'
import { connect, expectEvent, expectNoEvent, google } from './google.ts'

const folder = mkdtempSync(join(tmpdir(), 'calendar-sync-example-'))
const stores = sqliteStores(join(folder, 'calendar-sync.db'))
const account = { workspaceId: 'riverside', userId: 'dana' }
const appointments = new Map<string, Appointment>()

const sync = new GoogleCalendarSync({
  ...google,
  tokenStore: stores.tokens,
  stateStore: stores.state,
  jobQueue: inProcessQueue(),
  appointmentSource: {
    get: ({ appointmentId }) => appointments.get(appointmentId),
    changes({ after }) {
      const refs = [...appointments.keys()].map(id => ({ ...account, appointmentId: id }))
      return after === undefined && refs.length > 0 ? { refs, cursor: 'all' } : { refs: [] }
    },
  },
})

try {
  await sync.start()
  await connect(sync, account)
  const ref = { workspaceId: account.workspaceId, appointmentId: 'first' }
  const start = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 86_400_000)
  appointments.set('first', {
    userIds: [account.userId],
    start,
    durationMinutes: 50,
    timeZone: 'Europe/Berlin',
    status: 'confirmed',
    title: 'Consultation',
  })
  await sync.appointmentChanged(ref)
  await expectEvent('Consultation', start)
  appointments.delete('first')
  await sync.appointmentChanged(ref)
  await expectNoEvent()
} finally {
  await sync.stop()
  await stores.close()
  rmSync(folder, { recursive: true, force: true })
}
