import { inspect } from 'node:util'
import { expect } from 'vitest'
import { memoryStores } from '../../../src/adapters/memory/index.ts'
import type { Connection } from '../../../src/contracts/connection.ts'
import type { ConnectionUpdate } from '../../../src/contracts/connection-store.ts'
import type { AccountRef } from '../../../src/contracts/identity.ts'
import type { AuditEntry } from '../../../src/contracts/reports.ts'
import {
  type AuthorizationFlow,
  createAuthorizationFlow,
  createKeyring,
  createSealedTokenStore,
  createTokenManager,
  type IdentityKey,
  type Keyring,
  loadIdentityKey,
  type SealedTokenStore,
  scopesFor,
  type TokenManager,
} from '../../../src/oauth/index.ts'
import { type TestRuntime, testRuntime } from '../../../src/testing/virtual-time.ts'
import { ANNA, CLIENT_ID, type Consent, GoogleDouble, type GoogleUser } from './google-double.ts'

export const ACCOUNT: AccountRef = { workspaceId: 'clinic/1', userId: 'user:1' }
export const KEY_A = { id: 'a', key: Buffer.alloc(32, 'a') }
export const KEY_B = { id: 'b', key: Buffer.alloc(32, 'b') }

type Stores = ReturnType<typeof memoryStores>

/** One host process: what it holds itself over the stores that all share. */
export interface Process {
  readonly flow: AuthorizationFlow
  readonly manager: TokenManager
  readonly tokens: SealedTokenStore
  readonly keyring: Keyring
  readonly identity: IdentityKey
}

export interface World {
  readonly runtime: TestRuntime
  readonly google: GoogleDouble
  readonly stores: Stores
  readonly audit: AuditEntry[]
  readonly main: Process
  process(stores?: Stores, secrets?: Parameters<typeof createKeyring>[0]): Promise<Process>
  run<T>(work: Promise<T>): Promise<T>
  connect(account?: AccountRef, consent?: Consent): ReturnType<AuthorizationFlow['completeAuthorization']>
  /** Lets the stored access token run out. */
  expire(): Promise<void>
  epoch(account?: AccountRef): Promise<number>
}

export async function createWorld(seed = 1): Promise<World> {
  const runtime = testRuntime({ seed })
  const google = new GoogleDouble(runtime)
  const stores = memoryStores({ runtime })
  const audit: AuditEntry[] = []
  const makeProcess = async (over: Stores = stores, secrets = { current: KEY_A }): Promise<Process> => {
    const keyring = createKeyring(secrets, runtime)
    const identity = await loadIdentityKey(over.state.identityKey, keyring, runtime)
    const tokens = createSealedTokenStore(over.tokens, keyring)
    const shared = {
      tokens,
      transport: google,
      runtime,
      connections: over.state.connections,
      audit: (entry: AuditEntry) => void audit.push(entry),
      revocation: 'when-last' as const,
    }
    const { pendingAuthorizations, leases } = over.state
    const flow = createAuthorizationFlow({
      ...shared,
      clientId: CLIENT_ID,
      keyring,
      identity,
      pendingAuthorizations,
    })
    return { flow, manager: createTokenManager({ ...shared, leases }), tokens, keyring, identity }
  }
  const main = await makeProcess()
  const world: World = {
    runtime,
    google,
    stores,
    audit,
    main,
    process: makeProcess as World['process'],
    run: work => runtime.clock.runUntil(work),
    async connect(account = ACCOUNT, consent = {}) {
      const started = await main.flow.startAuthorization({ account, calendar: 'primary' })
      google.secrets.add(started.binding)
      const back = google.consent(consent)
      return world.run(main.flow.completeAuthorization({ ...back, binding: started.binding }))
    },
    async expire() {
      await runtime.clock.advance(3_600_000)
    },
    async epoch(account = ACCOUNT) {
      return (await stores.state.connections.get(account))?.epoch ?? -1
    },
  }
  return world
}

/** A connected account whose access token is still good for an hour. */
export async function connectedWorld(seed = 1, user: GoogleUser = ANNA): Promise<World> {
  const world = await createWorld(seed)
  const result = await world.connect(ACCOUNT, { user })
  expect(result.kind).toBe('connected')
  return world
}

/** Each call of a store takes a while, by seed, so that seeds are interleavings. */
export function slowed(stores: Stores, { clock, random }: TestRuntime): Stores {
  const pause = () => clock.sleep(Math.floor(random.float() * 20))
  const slow = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const member: unknown = Reflect.get(object, name)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          await pause()
          const answer: unknown = await member.apply(object, args)
          await pause()
          return answer
        }
      },
    })
  const { connections, leases, pendingAuthorizations, identityKey } = stores.state
  return {
    ...stores,
    tokens: slow(stores.tokens),
    state: {
      ...stores.state,
      connections: slow(connections),
      leases: slow(leases),
      pendingAuthorizations: slow(pendingAuthorizations),
      identityKey: slow(identityKey),
    },
  }
}

/** The n-th call of the named store methods throws before it does anything, or after it did. */
export function crashing(
  stores: Stores,
  shouldCrash: (call: string, count: number) => 'before' | 'after' | undefined,
): Stores {
  let count = 0
  const crashy = <T extends object>(name: string, target: T): T =>
    new Proxy(target, {
      get(object, key) {
        const member: unknown = Reflect.get(object, key)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          const when = shouldCrash(`${name}.${String(key)}`, ++count)
          if (when === 'before') throw new Error('crash')
          const answer: unknown = await member.apply(object, args)
          if (when === 'after') throw new Error('crash')
          return answer
        }
      },
    })
  const { connections, leases, pendingAuthorizations } = stores.state
  return {
    ...stores,
    tokens: crashy('tokens', stores.tokens),
    state: {
      ...stores.state,
      connections: crashy('connections', connections),
      leases: crashy('leases', leases),
      pendingAuthorizations: crashy('pending', pendingAuthorizations),
    },
  }
}

/** Runs `work` to its end just before, or just after, the n-th call of a store. */
export function interposing(
  stores: Stores,
  point: { readonly at: number; readonly when: 'before' | 'after' },
  work: () => Promise<unknown>,
): Stores {
  let count = 0
  const watched = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, key) {
        const member: unknown = Reflect.get(object, key)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          const now = ++count === point.at
          if (now && point.when === 'before') await work()
          const answer: unknown = await member.apply(object, args)
          if (now && point.when === 'after') await work()
          return answer
        }
      },
    })
  const { connections, leases } = stores.state
  return {
    ...stores,
    tokens: watched(stores.tokens),
    state: { ...stores.state, connections: watched(connections), leases: watched(leases) },
  }
}

export async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('it should have thrown'),
    (error: unknown) => error,
  )
}

/** No token, code, state, verifier, cookie or address, however one looks at it. */
export function expectClean(world: World, ...values: unknown[]): void {
  const secrets = [...world.google.secrets, ANNA.email, 'canary', 'google-sub-']
  for (const value of values) {
    for (const text of looksOf(value)) for (const secret of secrets) expect(text).not.toContain(secret)
  }
}

function looksOf(value: unknown): string[] {
  const options = { depth: null, showHidden: true, maxStringLength: null, maxArrayLength: null } as const
  const looks = [inspect(value, options), JSON.stringify(value) ?? '', String(value)]
  if (value instanceof Error) looks.push(value.message, value.stack ?? '', ...looksOf(value.cause))
  return looks
}

export const PRIMARY_SCOPES = scopesFor('primary')

export async function rowOf(world: World, account = ACCOUNT): Promise<Connection> {
  return (await world.stores.state.connections.get(account))!
}

export async function setRow(world: World, change: ConnectionUpdate['set'], epoch = false): Promise<void> {
  const { revision } = await rowOf(world)
  expect(
    await world.stores.state.connections.update(ACCOUNT, revision, { set: change, bump: { epoch } }),
  ).not.toBeNull()
}

export async function connectWith(world: World, calendar: 'primary' | 'dedicated', consent: Consent = {}) {
  const { flow } = world.main
  const started = await flow.startAuthorization({ account: ACCOUNT, calendar })
  const back = world.google.consent(consent)
  return world.run(flow.completeAuthorization({ ...back, binding: started.binding }))
}

export async function expiredWorld(seed = 1): Promise<World> {
  const world = await connectedWorld(seed)
  await world.expire()
  return world
}

export async function statusOf(world: World): Promise<string> {
  const connection = await world.stores.state.connections.get(ACCOUNT)
  return [connection?.status, connection?.cause].filter(Boolean).join(': ')
}
