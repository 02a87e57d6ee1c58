import { FakeGoogleProcess } from '../../examples/express-clinic/fake-google.ts'
import { inProcessQueue } from '../../src/adapters/in-process-queue/index.ts'
import { sqlStores } from '../../src/adapters/sql/index.ts'
import { systemRuntime } from '../../src/contracts/runtime-default.ts'
import {
  type AccountRef,
  type AppointmentSource,
  GoogleCalendarSync,
  type GoogleCalendarSyncOptions,
} from '../../src/index.ts'
import type { BenchDb } from './databases.ts'

export const REDIRECT_URI = 'https://app.example/callback'

export const startFake = (noQuota: boolean): Promise<FakeGoogleProcess> =>
  FakeGoogleProcess.start({ redirectUri: REDIRECT_URI, seed: 1, noQuota })

export interface HostOptions {
  readonly db: BenchDb
  readonly google: GoogleCalendarSyncOptions['google']
  readonly source?: AppointmentSource
  /** How far this process's clock is ahead. */
  readonly aheadMs?: number
  readonly quota?: GoogleCalendarSyncOptions['quota']
  readonly onRequest?: GoogleCalendarSyncOptions['onRequest']
}

export const googleOf = ({ clientId, clientSecret, endpoints }: FakeGoogleProcess) => ({
  ...{ clientId, clientSecret, endpoints },
  redirectUri: REDIRECT_URI,
})

export function optionsOf({ db, google, source, aheadMs = 0, quota, onRequest }: HostOptions) {
  const stores = sqlStores({ db })
  const clock = { ...systemRuntime.clock, now: () => systemRuntime.clock.now() + aheadMs }
  return {
    google,
    secrets: { current: { id: 'bench', key: Buffer.alloc(32, 5).toString('base64') } },
    tokenStore: stores.tokens,
    stateStore: stores.state,
    jobQueue: inProcessQueue(),
    appointmentSource: source ?? { get: () => undefined, changes: () => ({ refs: [] }) },
    runtime: { clock },
    quota,
    onRequest,
  } satisfies GoogleCalendarSyncOptions
}

export async function connect(
  sync: GoogleCalendarSync,
  fake: FakeGoogleProcess,
  account: AccountRef,
  email: string,
): Promise<void> {
  await fake.control('create-user', { email, timeZone: 'Europe/Berlin' })
  const { url, binding } = await sync.authorizationUrl(account)
  const answer = await fake.control<Record<string, string>>('approve', { authorizationUrl: url, email })
  const back = new URL(Object.values(answer)[0] ?? '')
  const { kind } = await sync.completeAuthorization({ ...Object.fromEntries(back.searchParams), binding })
  if (kind !== 'connected') throw new Error(`${email} could not connect: ${kind}`)
}

export const newSync = (options: HostOptions) => new GoogleCalendarSync(optionsOf(options))
