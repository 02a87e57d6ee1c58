import { inProcessQueue } from '../adapters/in-process-queue/index.ts'
import { type MemoryStores, memoryStores } from '../adapters/memory/index.ts'
import type { AccountRef, AppointmentRef } from '../contracts/identity.ts'
import type { AuditEntry, SyncIssue } from '../contracts/reports.ts'
import {
  type AuthorizationOptions,
  type AuthorizationResult,
  GoogleCalendarSync,
  type GoogleCalendarSyncOptions,
  type RequestReport,
} from '../index.ts'
import { AppointmentBook } from './appointment-book.ts'
import {
  createFakeGoogle,
  type FakeGoogle,
  type FakeGoogleOptions,
  type JsonObject,
} from './fake-google/index.ts'
import { type TestRuntime, testRuntime } from './virtual-time.ts'

export interface TestKitOptions {
  readonly google?: Omit<FakeGoogleOptions, 'clock'>
  /** Replaces any part of what the kit passes to the constructor. */
  readonly sync?: Partial<GoogleCalendarSyncOptions>
  readonly seed?: number
  /** Epoch ms at which the virtual clock starts. */
  readonly now?: number
}

const REDIRECT_URI = 'https://app.example/calendar/callback'

/**
 * Everything a unit test of a host needs: the library on memory stores, a fake Google in memory, an appointment
 * book, and a clock that stands still until told. No network, no timer, no server.
 */
export class TestKit {
  readonly runtime: TestRuntime
  readonly google: FakeGoogle
  readonly stores: MemoryStores
  readonly book = new AppointmentBook()
  readonly issues: SyncIssue[] = []
  readonly audits: AuditEntry[] = []
  readonly requests: RequestReport[] = []
  readonly sync: GoogleCalendarSync
  readonly options: GoogleCalendarSyncOptions

  constructor({ google, sync, seed = 1, now }: TestKitOptions = {}) {
    const time = testRuntime({ seed, ...(now === undefined ? {} : { now }) })
    this.google = createFakeGoogle({ seed, ...google, clock: time.clock })
    this.runtime = { ...time, fetch: this.google.fetch }
    const client = this.google.control.createClient({ redirectUris: [REDIRECT_URI] })
    this.stores = memoryStores({ runtime: this.runtime })
    this.options = {
      google: { clientId: client.clientId, clientSecret: client.clientSecret, redirectUri: REDIRECT_URI },
      secrets: { current: { id: 'test', key: Buffer.alloc(32, 7).toString('base64') } },
      tokenStore: this.stores.tokens,
      stateStore: this.stores.state,
      jobQueue: inProcessQueue({ runtime: this.runtime }),
      appointmentSource: this.book,
      runtime: this.runtime,
      onIssue: issue => this.issues.push(issue),
      onAudit: entry => this.audits.push(entry),
      onRequest: request => this.requests.push(request),
      ...sync,
    }
    this.sync = new GoogleCalendarSync(this.options)
  }

  /** A second process over the same stores. */
  anotherProcess(change: Partial<GoogleCalendarSyncOptions> = {}): GoogleCalendarSync {
    return new GoogleCalendarSync({
      ...this.options,
      jobQueue: inProcessQueue({ runtime: this.runtime }),
      ...change,
    })
  }

  /** Goes through the consent page as the user would. */
  async connect(
    account: AccountRef,
    email: string,
    options: AuthorizationOptions & {
      readonly grantScopes?: readonly string[]
      readonly deny?: boolean
    } = {},
  ): Promise<AuthorizationResult> {
    const { control } = this.google
    if (!control.users().some(user => user.email === email))
      control.createUser({ email, timeZone: 'Europe/Berlin' })
    const { grantScopes, deny, ...rest } = options
    return this.run(async () => {
      const started = await this.sync.authorizationUrl(account, rest)
      const redirect = new URL(
        control.approve(started.url, { email, ...(grantScopes && { grantScopes }), ...(deny && { deny }) }),
      )
      return this.sync.completeAuthorization({
        ...Object.fromEntries(redirect.searchParams),
        binding: started.binding,
      })
    })
  }

  /** Lets virtual time pass while the work waits for it. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.runtime.clock.runUntil(work())
  }

  /** Works off everything that is due now. */
  async settle(): Promise<void> {
    for (let i = 0; i < 100; i++) {
      const { idle } = await this.run(() => this.sync.runDue({ maxMs: 600_000 }))
      if (idle) return
    }
    throw new Error('There was always more to do.')
  }

  /** Tells the library and works it off. */
  async changed(ref: AppointmentRef): Promise<void> {
    await this.run(() => this.sync.appointmentChanged(ref))
    await this.settle()
  }

  /** Live events of a calendar, by default the user's primary one. */
  events(calendarId: string): JsonObject[] {
    return this.google.control.readCalendar(calendarId).events.filter(event => event.status !== 'cancelled')
  }

  /** Requests to Google Calendar since the last call. */
  takeRequests(): RequestReport[] {
    return this.requests.splice(0)
  }
}
