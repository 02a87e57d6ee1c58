import { z } from 'zod'
import { MAX_ID_LENGTH } from '../contracts/identity.ts'

/**
 * Every body of the HTTP API, both ways: the reference for clients, and what an OpenAPI document is made from.
 * Names are snake_case, times are RFC 3339 in UTC, what is absent is left out.
 */
const time = z.iso.datetime()
const count = z.int().min(0)
const calendarKind = z.enum(['primary', 'dedicated'])

const sensitiveSetting = z.enum(['include_client_names', 'include_notes', 'notify_clients'])
export type SensitiveSettingName = z.output<typeof sensitiveSetting>

const settings = z.strictObject({
  enabled: z.boolean(),
  include_client_names: z.boolean(),
  include_notes: z.boolean(),
  notify_clients: z.boolean(),
})

const acknowledgement = z.strictObject({
  setting: sensitiveSetting,
  /** Names the wording that was shown. */
  text_id: z.string(),
  user_id: z.string(),
  at: time,
})

const connectionStatus = z.enum([
  'connecting',
  'active',
  'limited',
  'disabled',
  'needs_reauth',
  'error',
  'paused',
  'disconnecting',
  'disconnected',
])

const progress = z.strictObject({
  kind: z.enum(['repair', 'stale']),
  started_at: time,
  checked: count,
  marked: count,
  finished_at: time.optional(),
})

export const statusResponse = z.strictObject({
  connected: z.boolean(),
  enabled: z.boolean(),
  status: connectionStatus,
  cause: z.string().optional(),
  settings: settings.optional(),
  acknowledgements: z.array(acknowledgement),
  calendar: calendarKind.optional(),
  hosted_domain: z.string().optional(),
  connected_at: time.optional(),
  last_sync_at: time.optional(),
  last_sync_status: z.enum(['never', 'ok', 'failed']),
  last_error: z.strictObject({ code: z.string(), at: time }).optional(),
  /** Both stop at 1,000. */
  pending: count,
  failed: count,
  progress: progress.optional(),
  mass_change: z.strictObject({ id: z.string(), at: time, found: count, links: count }).optional(),
  quota_paused_until: time.optional(),
})

export const authorizeRequest = z.strictObject({
  calendar: calendarKind.optional(),
  /** An address that preselects the Google account. */
  login_hint: z.string().max(320).optional(),
  /** A path of the app, or an allow-listed page. Anything else counts as left out. */
  return_to: z.string().optional(),
})
export const authorizeResponse = z.strictObject({ authorization_url: z.url(), expires_at: time })

/** What the callback adds to the page's query as `google_calendar`. */
export const callbackResult = z.enum([
  'connected',
  'limited',
  'denied',
  'no-refresh-token',
  'different-account',
  'disconnecting',
  'already-used',
  'expired',
  'invalid',
  'try-again',
  'failed',
])
export type CallbackResult = z.output<typeof callbackResult>

export const settingsRequest = z.strictObject({
  enabled: z.boolean().optional(),
  include_client_names: z.boolean().optional(),
  include_notes: z.boolean().optional(),
  notify_clients: z.boolean().optional(),
  acknowledgements: z
    .array(z.strictObject({ setting: sensitiveSetting, text_id: z.string().min(1).max(MAX_ID_LENGTH) }))
    .max(10)
    .optional(),
})
export const settingsResponse = z.strictObject({
  status: connectionStatus,
  settings,
  acknowledgements: z.array(acknowledgement),
})

export const disconnectQuery = z.strictObject({ events: z.enum(['keep', 'remove']) })
export const disconnectResponse = z.strictObject({
  status: z.enum(['disconnected', 'disconnecting']),
  /** What became of the grant at Google; absent while it is not yet known. */
  revocation: z.enum(['revoked', 'shared-grant', 'no-grant', 'never', 'unanswered']).optional(),
})

export const calendarsResponse = z.strictObject({
  calendars: z.array(
    z.strictObject({ kind: calendarKind, name: z.string().optional(), chosen: z.boolean() }),
  ),
})

export const acceptedResponse = z.strictObject({ accepted: z.literal(true) })

export const syncResponse = z.strictObject({
  running: z.boolean(),
  pending: count,
  failed: count,
  progress: progress.optional(),
})

export const appointmentResponse = z.strictObject({
  status: z.enum(['synced', 'pending', 'failed', 'conflict', 'out-of-window', 'not-connected', 'disabled']),
  cause: z.string().optional(),
  notes: z.array(z.enum(['gone-in-google', 'cannot-remove', 'overwritten', 'restored', 'field-kept'])),
  /** Failed runs in a row. */
  attempts: count,
  next_try_at: time.optional(),
  last_synced_at: time.optional(),
})

export const problemResponse = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  /** Names this answer in the server's log. */
  instance: z.string(),
  /** Documented fields that are wrong. */
  fields: z.array(z.string()).optional(),
})
