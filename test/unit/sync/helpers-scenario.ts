import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { AccountRef, AppointmentRef } from '../../../src/contracts/identity.ts'
import type { Link } from '../../../src/contracts/link.ts'
import {
  createSigningKey,
  type JsonObject,
  TestKit,
  type TestKitOptions,
} from '../../../src/testing/index.ts'

export const NOW = Date.UTC(2026, 10, 23, 8)
export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const dana: AccountRef = { workspaceId: 'w1', userId: 'dana' }
export const noa: AccountRef = { workspaceId: 'w1', userId: 'noa' }
export const DANA = 'dana@example.com'
export const NOA = 'noa@example.com'

const signingKey = createSigningKey('rules')

export function ref(appointmentId = 'a1', workspaceId = 'w1'): AppointmentRef {
  return { workspaceId, appointmentId }
}

/** Tomorrow at three, Dana's. */
export function appointment(change: Partial<Appointment> = {}): Appointment {
  return {
    userIds: ['dana'],
    start: '2026-11-24T15:00',
    durationMinutes: 50,
    timeZone: 'Europe/Berlin',
    status: 'confirmed',
    title: 'Session',
    ...change,
  }
}

export function newKit(options: TestKitOptions = {}): TestKit {
  return new TestKit({ now: NOW, ...options, google: { signingKey, ...options.google } })
}

/** Dana is connected, her first repair is done, and nothing is counted yet. */
export async function connectedKit(options: TestKitOptions = {}): Promise<TestKit> {
  const kit = newKit(options)
  await kit.connect(dana, DANA)
  await kit.settle()
  forget(kit)
  return kit
}

/** As `connectedKit`, with one appointment already in the calendar. */
export async function kitWithEvent(change: Partial<Appointment> = {}, options: TestKitOptions = {}) {
  const kit = await connectedKit(options)
  kit.book.put(ref(), appointment(change))
  await kit.changed(ref())
  const event = only(kit.events(DANA))
  forget(kit)
  return { kit, event, eventId: String(event.id) }
}

/** Forgets the requests counted so far, by us and by the fake. */
export function forget(kit: TestKit): void {
  kit.takeRequests()
  kit.google.control.resetCounters()
}

export interface CalendarCall {
  readonly method: string
  readonly status: number
  readonly delivery: string
  readonly ifMatch: string | undefined
  readonly query: URLSearchParams
  readonly url: string
  readonly body: JsonObject
}

/** The requests to Google Calendar as the fake got them, since `forget`. */
export function calls(kit: TestKit): CalendarCall[] {
  return kit.google.control
    .requests()
    .filter(({ method }) => !method.startsWith('oauth.'))
    .map(({ method, status, delivery, headers, url, body }) => ({
      method,
      status,
      delivery,
      ifMatch: headers['if-match'],
      query: new URL(url).searchParams,
      url,
      body: body === '' ? {} : (JSON.parse(body) as JsonObject),
    }))
}

export function methods(kit: TestKit): string[] {
  return calls(kit).map(({ method }) => method)
}

/** What the engine did until now, then forgotten. */
export function takeMethods(kit: TestKit): string[] {
  const taken = methods(kit)
  forget(kit)
  return taken
}

/** Time passes while a started process works. */
export async function elapse(kit: TestKit, ms: number, sync = kit.sync): Promise<void> {
  await kit.run(() => sync.start())
  await kit.runtime.clock.advance(ms)
  await kit.run(() => sync.stop({ drainMs: 2 * MINUTE }))
}

/** Time passes while no process runs; then what is due is worked off. */
export async function skip(kit: TestKit, ms: number): Promise<void> {
  await kit.runtime.clock.advance(ms)
  await kit.settle()
}

export async function linksOf(kit: TestKit, of = ref()): Promise<readonly Link[]> {
  return kit.stores.state.links.ofRef(of)
}

export async function linkOf(kit: TestKit, of = ref()): Promise<Link> {
  return only(await linksOf(kit, of))
}

export async function marksOf(kit: TestKit, of = ref()) {
  return kit.stores.state.marks.ofRef(of)
}

/** Of the one account concerned. */
export async function statusOf(kit: TestKit, of = ref()) {
  return only(await kit.sync.appointmentStatus(of))
}

export function issueCodes(kit: TestKit): string[] {
  return kit.issues.map(({ code }) => code)
}

/** A tombstone and all: every event of the calendar. */
export function allEvents(kit: TestKit, calendarId = DANA): readonly JsonObject[] {
  return kit.google.control.readCalendar(calendarId).events
}

export function markerOf(event: JsonObject): string {
  const { private: own } = event.extendedProperties as { private: Record<string, string> }
  return own.gcsm as string
}

/** The write number that the event's marker shows. */
export function writeNumberOf(event: JsonObject): number {
  return Number.parseInt(markerOf(event).split('.')[1] as string, 36)
}

export function only<T>(items: readonly T[]): T {
  if (items.length !== 1) throw new Error(`Expected one, got ${items.length}: ${JSON.stringify(items)}`)
  return items[0] as T
}

/** As after a restored backup: the event stands in Google, and nothing is known of it. */
export async function loseLink(kit: TestKit, of = ref()): Promise<void> {
  const { marks, claims, links, connections } = kit.stores.state
  const { account, target, version: expectedVersion } = await linkOf(kit, of)
  await marks.insert([{ ref: of, lane: 'interactive', origin: 'host' }])
  const claim = await claims.claim(of, { holdMs: MINUTE })
  const connection = await connections.get(account)
  if (!claim || !connection) throw new Error('There is nothing to claim.')
  await links.remove(claim, { account, target, expectedVersion, epoch: connection.epoch })
  await claims.finish(claim, { deleteMarks: claim.marks.map(({ id }) => id), addMarks: [] })
}
