import { z } from 'zod'
import type { AppointmentSource, MaybePromise } from './contracts/appointment-source.ts'
import type { AccountRef } from './contracts/identity.ts'
import type { JobQueue } from './contracts/job-queue.ts'
import type { AuditEntry, SyncIssue } from './contracts/reports.ts'
import type { Runtime } from './contracts/runtime.ts'
import type { ConnectionSettings } from './contracts/settings.ts'
import type { SyncStateStore } from './contracts/state-store.ts'
import type { TokenStore } from './contracts/token-store.ts'
import { ConfigError } from './errors.ts'
import type { RequestReport } from './google/calendar-api.ts'
import type { GoogleEndpoints } from './google/endpoints.ts'
import { type HttpOptions, httpOptionsShape, settingsPageProblem } from './http/http-options.ts'
import { DEFAULT_MAPPING, type MapEvent } from './mapping/index.ts'
import type { KeyringSecrets } from './oauth/index.ts'

/** What a host passes to `new GoogleCalendarSync(options)`. */
export interface GoogleCalendarSyncOptions extends HttpOptions {
  readonly google: {
    readonly clientId: string
    readonly clientSecret: string
    /** As registered in the Cloud console, character by character. */
    readonly redirectUri: string
    /** For tests against a fake: Google's hosts, or http on loopback. */
    readonly endpoints?: Partial<GoogleEndpoints> | undefined
  }
  /** Keys of 32 bytes that seal tokens. The current one seals, the previous ones only open. */
  readonly secrets: KeyringSecrets
  readonly tokenStore: TokenStore
  readonly stateStore: SyncStateStore
  readonly jobQueue: JobQueue
  readonly appointmentSource: AppointmentSource
  readonly defaultSettings?: {
    /** IANA zone of a calendar that the library creates. Default `UTC`. */
    readonly timeZone?: string | undefined
    /** Summary of an appointment without a title of its own. Default `Appointment`. */
    readonly title?: string | undefined
    /** Name of a calendar that the library creates. Default `Appointments`. */
    readonly calendarName?: string | undefined
  }
  readonly mapping?: {
    /** `{title}` and `{client}` stand for title and client's name. Default `{title} with {client}`. */
    readonly titleWithClient?: string | undefined
    /** Never send locations. Default `false`. */
    readonly sensitiveLocations?: boolean | undefined
    /** Whether a cancelled appointment's event goes or stays. Default `remove`. */
    readonly cancelled?: 'remove' | 'keep' | undefined
    readonly cancelledTitle?: string | undefined
    /** Changes the event before it is sent; sees the appointment after the privacy gate. Must be pure. */
    readonly mapEvent?: MapEvent | undefined
  }
  readonly window?: {
    /** Appointments that ended longer ago are not created. Default 30. */
    readonly pastDays?: number | undefined
  }
  /** `never` leaves the consent at Google: for hosts that use it elsewhere too. Default `when-last`. */
  readonly revokeOnDisconnect?: 'when-last' | 'never' | undefined
  /**
   * Asked before a switch is turned on, with the settings as they would be: `true`, or a code that says why not.
   * For policies of a workspace or a hosted domain.
   */
  readonly canEnable?:
    | ((account: AccountRef, settings: ConnectionSettings) => MaybePromise<true | string>)
    | undefined
  /** How many processes share the Google quota, each with an equal part. Default 1. Without meaning when it is `shared`. */
  readonly workers?: number | undefined
  /** Appointments worked on at a time in this process. Default 8. */
  readonly concurrency?: number | undefined
  /**
   * `on` (default): this process keeps to its part of Google's quota. `shared`: all processes keep one budget in the
   * state store, so that one may use what the others leave. `off` lifts the library's own budgets, for tests.
   */
  readonly quota?: 'on' | 'shared' | 'off' | undefined
  /** The global switch: `false` stops all work at once and loses nothing. */
  readonly enabled?: (() => boolean) | undefined
  readonly onIssue?: ((issue: SyncIssue) => void) | undefined
  readonly onAudit?: ((entry: AuditEntry) => void) | undefined
  /** One call per request to Google Calendar, for metrics. */
  readonly onRequest?: ((request: RequestReport) => void) | undefined
  readonly runtime?: Partial<Runtime> | undefined
}

const anyFunction = (fix: string) => z.custom<never>(value => typeof value === 'function', fix)

function withMethods(fix: string, ...methods: string[]) {
  return z.custom<never>(value => {
    if (typeof value !== 'object' || value === null) return false
    return methods.every(name => typeof (value as Record<string, unknown>)[name] === 'function')
  }, fix)
}

const url = z.string('must be a URL; leave it out in production.')
const endpoints = {
  authorization: url,
  token: url,
  revoke: url,
  keys: url,
  calendarRoot: url,
} satisfies Record<keyof GoogleEndpoints, z.ZodType>

const text = (fix: string) => z.string(fix).trim().min(1, fix).max(1_024, fix)

/** A method of each concern, so that a half-wired store is named here and not at its first use. */
const STATE_MEMBERS = {
  connections: 'get',
  marks: 'insert',
  claims: 'claim',
  links: 'write',
  findings: 'add',
  pendingAuthorizations: 'take',
  leases: 'acquire',
  budgets: 'take',
  pullHints: 'add',
  identityKey: 'get',
} as const satisfies Record<Exclude<keyof SyncStateStore, 'erase' | 'prune'>, string>

const state = z.custom<never>(
  value =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<SyncStateStore>).erase === 'function' &&
    typeof (value as Partial<SyncStateStore>).prune === 'function' &&
    Object.entries(STATE_MEMBERS).every(([member, method]) => {
      const store = (value as Record<string, Record<string, unknown> | null | undefined>)[member]
      return typeof store?.[method] === 'function'
    }),
  'missing or not a SyncStateStore. Pass `stores.state` of sqliteStores(), sqlStores() or memoryStores().',
)

const source = withMethods('missing. Pass { get(ref), changes(query) }.', 'get', 'changes').refine(
  value =>
    ['getMany', 'apply'].every(name =>
      ['function', 'undefined'].includes(typeof (value as Record<string, unknown>)[name]),
    ),
  'getMany and apply must be functions, or left out.',
)

const shape = z.strictObject({
  ...httpOptionsShape,
  google: z.strictObject(
    {
      clientId: text('missing. Copy the client ID from the Cloud console (APIs & Services, Credentials).'),
      clientSecret: text(
        'missing. Copy the client secret from the Cloud console, and keep it out of your code.',
      ),
      redirectUri: z.string('missing. Use the URI registered in the Cloud console.').refine(isRedirectUri, {
        error:
          'must be an absolute https URL (http only on loopback) without a fragment, credentials or blanks.',
      }),
      endpoints: z.strictObject(endpoints).partial().optional(),
    },
    'missing. Pass { clientId, clientSecret, redirectUri }.',
  ),
  secrets: z.custom<never>(),
  tokenStore: withMethods('missing or not a TokenStore. Pass `stores.tokens`.', 'get', 'put', 'delete'),
  stateStore: state,
  jobQueue: withMethods(
    'missing or not a JobQueue. Pass inProcessQueue() to start with.',
    'enqueue',
    'start',
    'stop',
  ),
  appointmentSource: source,
  defaultSettings: z
    .strictObject({
      timeZone: z.string().refine(isZone, 'must be an IANA zone such as "Europe/Berlin".').default('UTC'),
      title: text('must not be empty.').default(DEFAULT_MAPPING.title),
      calendarName: text('must not be empty.').default('Appointments'),
    })
    .prefault({}),
  mapping: z
    .strictObject({
      titleWithClient: text('must not be empty.').default(DEFAULT_MAPPING.titleWithClient),
      sensitiveLocations: z.boolean('must be true or false.').default(DEFAULT_MAPPING.sensitiveLocations),
      cancelled: z.enum(['remove', 'keep'], 'must be "remove" or "keep".').default(DEFAULT_MAPPING.cancelled),
      cancelledTitle: text('must not be empty.').default(DEFAULT_MAPPING.cancelledTitle),
      mapEvent: anyFunction('must be a function (visible, draft, settings) => draft.').optional(),
    })
    .prefault({}),
  window: z
    .strictObject({ pastDays: z.number('must be a number of days.').int().min(0).max(3_650).default(30) })
    .prefault({}),
  revokeOnDisconnect: z.enum(['when-last', 'never'], 'must be "when-last" or "never".').default('when-last'),
  canEnable: anyFunction('must be a function (account, settings) => true or a code.').optional(),
  workers: z.number('must be a whole number of processes.').int().min(1).max(10_000).default(1),
  concurrency: z.number('must be a whole number.').int().min(1).max(256).default(8),
  quota: z.enum(['on', 'shared', 'off'], 'must be "on", "shared" or "off".').default('on'),
  enabled: anyFunction('must be a function () => boolean.').optional(),
  onIssue: anyFunction('must be a function (issue) => void.').optional(),
  onAudit: anyFunction('must be a function (entry) => void.').optional(),
  onRequest: anyFunction('must be a function (request) => void.').optional(),
  // A test's runtime has more to it than this.
  runtime: z
    .object({
      clock: withMethods('must have now() and sleep(ms, signal).', 'now', 'sleep').optional(),
      random: withMethods('must have bytes(length) and float().', 'bytes', 'float').optional(),
      logger: withMethods(
        'must have debug, info and error, each (message, fields).',
        'debug',
        'info',
        'error',
      ).optional(),
      fetch: anyFunction('must be a function.').optional(),
    } satisfies Record<keyof Runtime, z.ZodType>)
    .optional(),
})

const schema = shape.superRefine(({ google, settingsPage, allowedOrigins }, context) => {
  const message = settingsPageProblem(settingsPage, google.redirectUri, allowedOrigins)
  if (message !== undefined) context.addIssue({ code: 'custom', path: ['settingsPage'], message })
})

/** The options with every default filled in. */
export interface ResolvedOptions extends GoogleCalendarSyncOptions {
  readonly defaultSettings: {
    readonly timeZone: string
    readonly title: string
    readonly calendarName: string
  }
  readonly mapping: {
    readonly titleWithClient: string
    readonly sensitiveLocations: boolean
    readonly cancelled: 'remove' | 'keep'
    readonly cancelledTitle: string
    readonly mapEvent?: MapEvent | undefined
  }
  readonly window: { readonly pastDays: number }
  readonly revokeOnDisconnect: 'when-last' | 'never'
  readonly workers: number
  readonly concurrency: number
  readonly quota: 'on' | 'shared' | 'off'
  readonly allowedOrigins: readonly string[]
  readonly settingsPage: string
  readonly returnPages: readonly string[]
}

/** Throws ConfigError naming each wrong option and its fix. Reads nothing but the object it is given. */
export function resolveOptions(options: GoogleCalendarSyncOptions): ResolvedOptions {
  const parsed = schema.safeParse(options)
  // The schema takes functions and stores as they are; their types are the interface's.
  if (parsed.success) return { ...options, ...(parsed.data as Partial<ResolvedOptions>) } as ResolvedOptions
  throw new ConfigError(
    parsed.error.issues.map(issue => {
      const unknown =
        issue.code === 'unrecognized_keys' ? `unknown option ${issue.keys.join(', ')}. Remove it.` : undefined
      return `${issue.path.join('.') || 'options'}: ${unknown ?? issue.message}`
    }),
  )
}

function isRedirectUri(value: string): boolean {
  // Google compares it character by character, `URL` overlooks blanks at its ends.
  if (/[\s\p{Cc}]/u.test(value) || !URL.canParse(value)) return false
  const { protocol, hostname, hash, username } = new URL(value)
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  return hash === '' && username === '' && (protocol === 'https:' || (protocol === 'http:' && loopback))
}

function isZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return !/^[+-]/.test(value)
  } catch {
    return false
  }
}
