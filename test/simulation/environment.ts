import { memoryStores } from '../../src/adapters/memory/index.ts'
import { createZones, type Zones as MapperZones } from '../../src/mapping/index.ts'
import { createKeyring, type IdentityKey, type Keyring, loadIdentityKey } from '../../src/oauth/index.ts'
import { type GoogleCalendarSyncOptions, type ResolvedOptions, resolveOptions } from '../../src/options.ts'
import { AppointmentBook, createSigningKey, type SigningKey, seededRandom, Zones } from './testing.ts'

export const REDIRECT_URI = 'https://app.example/calendar/callback'
export const CLIENT = { clientId: 'sim-client.apps.googleusercontent.com', clientSecret: 'GOCSPX-simulation' }

/** What all histories of a process share, because making it is dear and it never changes. */
export interface Environment {
  readonly signingKey: SigningKey
  readonly zones: Zones
  readonly mapperZones: MapperZones
  readonly options: ResolvedOptions
  readonly keyring: Keyring
  readonly identity: IdentityKey
  readonly sealedIdentity: string
}

export async function createEnvironment(): Promise<Environment> {
  const stores = memoryStores()
  const secrets = { current: { id: 'sim', key: Buffer.alloc(32, 7).toString('base64') } }
  const given: GoogleCalendarSyncOptions = {
    google: { ...CLIENT, redirectUri: REDIRECT_URI },
    secrets,
    tokenStore: stores.tokens,
    stateStore: stores.state,
    jobQueue: { enqueue: async () => {}, start: async () => {}, stop: async () => {} },
    appointmentSource: new AppointmentBook(),
    concurrency: 4,
  }
  const random = seededRandom(1)
  const keyring = createKeyring(secrets, { random })
  const identity = await loadIdentityKey(stores.state.identityKey, keyring, { random })
  return {
    signingKey: createSigningKey('simulation'),
    zones: new Zones(),
    mapperZones: createZones(),
    options: resolveOptions(given),
    keyring,
    identity,
    sealedIdentity: (await stores.state.identityKey.get()) ?? '',
  }
}
