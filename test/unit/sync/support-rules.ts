import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { AccountRef, AppointmentRef } from '../../../src/contracts/identity.ts'
import type { JobQueue } from '../../../src/contracts/job-queue.ts'
import type { Link } from '../../../src/contracts/link.ts'
import type { SyncStateStore } from '../../../src/contracts/state-store.ts'
import { StoreError } from '../../../src/errors.ts'
import { createSigningKey, TestKit, type TestKitOptions } from '../../../src/testing/index.ts'

export const NOW = Date.UTC(2026, 10, 23, 8)
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const dana: AccountRef = { workspaceId: 'w1', userId: 'dana' }
export const yael: AccountRef = { workspaceId: 'w1', userId: 'yael' }
export const DANA = 'dana@example.com'
export const YAEL = 'yael@example.com'

export const refOf = (appointmentId: string, workspaceId = 'w1'): AppointmentRef => ({
  workspaceId,
  appointmentId,
})

export function appointment(change: Partial<Appointment> = {}): Appointment {
  return {
    userIds: ['dana'],
    start: '2026-11-24T14:00',
    durationMinutes: 60,
    timeZone: 'Europe/Berlin',
    status: 'confirmed',
    ...change,
  }
}

const signingKey = createSigningKey('rules')

// Loaded before the first request, as reading files takes real time, which a virtual clock fills with timeouts.
await Promise.all([import('google-auth-library'), import('@googleapis/calendar')])

export function kitOf(options: TestKitOptions = {}): TestKit {
  return new TestKit({ now: NOW, ...options, google: { signingKey, ...options.google } })
}

/** A kit whose dana is connected and has nothing left to do. */
export async function connectedKit(options: TestKitOptions = {}): Promise<TestKit> {
  const kit = kitOf(options)
  await kit.connect(dana, DANA)
  await kit.settle()
  kit.takeRequests()
  return kit
}

/** The same with yael connected too. */
export async function twoUsers(options: TestKitOptions = {}): Promise<TestKit> {
  const kit = await connectedKit(options)
  await kit.connect(yael, YAEL)
  await kit.settle()
  kit.takeRequests()
  return kit
}

/** Puts `count` appointments of one hour each and tells the library of each. */
export async function fill(kit: TestKit, count: number, change: Partial<Appointment> = {}, prefix = 'a') {
  const refs = Array.from({ length: count }, (_, i) => refOf(`${prefix}${i}`))
  for (const ref of refs) {
    kit.book.put(ref, appointment(change))
    await kit.sync.appointmentChanged(ref)
  }
  await kit.settle()
  kit.takeRequests()
  return refs
}

export function methods(kit: TestKit): string[] {
  return kit.takeRequests().map(request => request.method)
}

export function issueCodes(kit: TestKit): string[] {
  return kit.issues.map(issue => issue.code)
}

export async function linkOf(kit: TestKit, ref: AppointmentRef, user = 'dana'): Promise<Link | undefined> {
  const links = await kit.stores.state.links.ofRef(ref)
  return links.find(link => link.account.userId === user)
}

export const marksOf = (kit: TestKit, ref: AppointmentRef) => kit.stores.state.marks.ofRef(ref)

export async function statusOf(kit: TestKit, ref: AppointmentRef, user = 'dana') {
  const all = await kit.run(() => kit.sync.appointmentStatus(ref))
  return all.find(status => status.account.userId === user)
}

/** When the fake got its requests to the calendar API, in ms after `since`. */
export function times(kit: TestKit, since: number, method = 'events.insert'): number[] {
  return kit.google.control
    .requests()
    .filter(entry => entry.method === method && entry.at >= since)
    .map(entry => entry.at - since)
}

export interface WatchedState {
  readonly state: SyncStateStore
  /** `marks.insert` and so on, in order. */
  readonly calls: string[]
  /** Calls whose name this matches throw a StoreError until it is cleared. */
  failing: RegExp | undefined
}

/** Counts every call of the state store, and makes some of them fail. */
export function watched(inner: SyncStateStore): WatchedState {
  const watch: { calls: string[]; failing: RegExp | undefined } = { calls: [], failing: undefined }
  const wrap = <T extends object>(name: string, store: T): T =>
    new Proxy(store, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          const call = `${name}.${String(key)}`
          watch.calls.push(call)
          if (watch.failing?.test(call)) throw new StoreError('The database is away.')
          return Reflect.apply(member, target, args)
        }
      },
    })
  const state = Object.fromEntries(
    Object.entries(inner).map(([name, store]) => [name, wrap(name, store)]),
  ) as unknown as SyncStateStore
  return Object.assign(watch, { state })
}

/** The same store with some methods replaced. */
export function replacing<T extends object>(store: T, change: Partial<T>): T {
  return new Proxy(store, {
    get(target, key) {
      if (Object.hasOwn(change, key)) return Reflect.get(change, key)
      const member: unknown = Reflect.get(target, key)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/** Takes jobs and loses them. */
export const deafQueue: JobQueue = {
  enqueue: async () => {},
  start: async () => {},
  stop: async () => {},
}

/** Holds `source.get` of one process back until it is told. */
export class Gate {
  #open: (() => void) | undefined
  #reached: (() => void) | undefined
  readonly reached = new Promise<void>(resolve => {
    this.#reached = resolve
  })

  pass(): Promise<void> {
    this.#reached?.()
    return new Promise(resolve => {
      this.#open = resolve
    })
  }

  open(): void {
    this.#open?.()
  }
}
