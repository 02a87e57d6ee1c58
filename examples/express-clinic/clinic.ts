import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { GoogleCalendarSync } from 'google-calendar-sync'
import { sqliteStores } from 'google-calendar-sync/sqlite'
import { API_PATH, clinicApp } from './app.ts'
import { Appointments } from './appointments.ts'
import { openDatabase } from './database.ts'
import { FakeGoogleProcess } from './fake-google.ts'
import { MEMBERS } from './members.ts'
import { Sessions } from './sessions.ts'
import { clinicSync, type SyncParts } from './sync.ts'

export interface ClinicOptions
  extends Partial<Pick<SyncParts, 'titleOf' | 'pastDays' | 'quota' | 'onIssue'>>,
    Partial<Pick<SyncParts, 'onAudit' | 'onRequest' | 'key' | 'stores' | 'jobQueue'>> {
  /** Where its two databases live. */
  readonly directory: string
  /** Default: any free one, or the one of the redirect URI. */
  readonly port?: number | undefined
  /** The real Google. Without it a fake one is started in a process of its own. */
  readonly google?: RealGoogle | undefined
  /** Of the fake one. */
  readonly seed?: number | undefined
}

export interface RealGoogle {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
}

export interface Clinic {
  readonly origin: string
  readonly appointments: Appointments
  readonly sync: GoogleCalendarSync
  /** When it is the fake one. */
  readonly google: FakeGoogleProcess | undefined
  close(): Promise<void>
}

/** Starts the clinic on the loopback interface, and with it the library's workers. */
export async function startClinic(options: ClinicOptions): Promise<Clinic> {
  const { directory, google: real, quota = 'on', seed = 1 } = options
  const own = real && new URL(real.redirectUri)
  const server = createServer()
  // Taken first: the address is part of the redirect URI, which Google has to know.
  server.listen(options.port ?? Number(own?.port ?? 0), '127.0.0.1')
  await once(server, 'listening')
  const origin = own?.origin ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const redirectUri = real?.redirectUri ?? `${origin}${API_PATH}/callback`
  const fake = real ? undefined : await startFake(redirectUri, seed, quota === 'off')

  const database = openDatabase(join(directory, 'clinic.db'))
  const appointments = new Appointments(database)
  const ownStores = options.stores ? undefined : sqliteStores(join(directory, 'calendar-sync.db'))
  const stores = options.stores ?? ownStores
  if (!stores) throw new Error('There are no stores.')
  const sessions = new Sessions({ secure: origin.startsWith('https:') })
  const client = real ?? fake
  const sync = clinicSync({
    ...options,
    google: {
      clientId: client?.clientId ?? '',
      clientSecret: client?.clientSecret ?? '',
      redirectUri,
      ...(fake && { endpoints: fake.endpoints }),
    },
    key: options.key ?? randomBytes(32).toString('base64'),
    appointments,
    sessions,
    stores,
    quota,
  })
  server.on('request', clinicApp({ origin, appointments, sessions, sync, fakeUrl: fake?.url }))
  const workers = startWorkers(sync)
  return {
    origin,
    appointments,
    sync,
    google: fake,
    async close() {
      server.close()
      server.closeAllConnections()
      workers.abort()
      await sync.stop({ drainMs: 5_000 })
      await ownStores?.close()
      database.close()
      await fake?.stop()
    },
  }
}

/** The clinic opens also while the sync database is down; the library's workers start when it answers. */
function startWorkers(sync: GoogleCalendarSync): AbortController {
  const closing = new AbortController()
  const { signal } = closing
  const start = async () => {
    while (!signal.aborted) {
      try {
        return await sync.start()
      } catch {
        console.warn('calendar sync: not started yet')
        await setTimeout(10_000, undefined, { signal }).catch(() => {})
      }
    }
  }
  void start()
  return closing
}

async function startFake(redirectUri: string, seed: number, noQuota: boolean): Promise<FakeGoogleProcess> {
  const fake = await FakeGoogleProcess.start({ redirectUri, seed, noQuota })
  for (const { email, name, timeZone } of MEMBERS)
    await fake.control('create-user', { email, name, timeZone })
  return fake
}
