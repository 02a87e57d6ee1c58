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
    signingKey: signsConsents(createSigningKey('simulation')),
    zones: new Zones(),
    mapperZones: remembered(createZones()),
    options: resolveOptions(given),
    keyring,
    identity,
    sealedIdentity: (await stores.state.identityKey.get()) ?? '',
  }
}

/** Histories ask for the same few hours over and over. */
function remembered(zones: MapperZones): MapperZones {
  const offsets = new Map<string, number>()
  const readings = new Map<string, ReturnType<typeof zones.read>>()
  const once = <T>(known: Map<string, T>, zone: string, at: number, ask: () => T): T => {
    const key = `${zone} ${at}`
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size > 50_000) known.clear()
    const made = ask()
    known.set(key, made)
    return made
  }
  return {
    ...zones,
    offsetAt: (zone, instant) => once(offsets, zone, instant, () => zones.offsetAt(zone, instant)),
    read: (zone, wall) => once(readings, zone, wall, () => zones.read(zone, wall)),
  }
}

/** The library reads the id_token of a consent, which holds a nonce, and no other; a signature costs 0.6 ms. */
function signsConsents(key: SigningKey): SigningKey {
  const isOfConsent = (data: string) => Buffer.from(data.split('.')[1] ?? '', 'base64url').includes('"nonce"')
  return { ...key, sign: data => (isOfConsent(data) ? key.sign(data) : 'not-signed') }
}
