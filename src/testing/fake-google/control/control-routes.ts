import type { z } from 'zod'
import type { Call } from '../wire/call.ts'
import type { Json } from '../wire/json.ts'
import type { Reply } from '../wire/reply.ts'
import type { FakeGoogleControl } from './control.ts'
import { ControlError } from './control-error.ts'
import * as schemas from './control-schemas.ts'

const ROOT = '/_control/'

type Run = (control: FakeGoogleControl, input: unknown) => unknown

/** Binds a schema to what is done with what it accepts. */
function route<S extends z.ZodType>(
  schema: S,
  run: (control: FakeGoogleControl, input: z.infer<S>) => unknown,
): Run {
  return (control, input) => {
    const parsed = schema.safeParse(input)
    if (parsed.success) return run(control, parsed.data)
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
    throw new ControlError(issues.join('; '))
  }
}

/** `POST /_control/<name>` with a JSON object; GET with query parameters does where there is at most one text. */
const ROUTES: ReadonlyMap<string, Run> = new Map(
  Object.entries<Run>({
    health: route(schemas.none, control => control.health()),
    'create-user': route(schemas.user, (control, input) => control.createUser(input)),
    users: route(schemas.none, control => control.users()),
    'set-user-state': route(schemas.userState, (control, { email, state }) =>
      control.setUserState(email, state),
    ),
    'create-client': route(schemas.client, (control, input) => control.createClient(input)),
    clients: route(schemas.none, control => control.clients()),
    'update-client': route(schemas.clientChanges, (control, { clientId, ...rest }) =>
      control.updateClient(clientId, rest),
    ),
    'ready-account': route(schemas.readyAccount, (control, input) =>
      control.readyAccount(definedOnly(input)),
    ),
    approve: route(schemas.approve, (control, { authorizationUrl, ...approval }) => ({
      redirectUrl: control.approve(authorizationUrl, approval),
    })),
    grant: route(schemas.grant, (control, { email, scopes, clientId }) =>
      control.grant(email, scopes, clientId),
    ),
    'revoke-grant': route(schemas.revokeGrant, (control, { email, clientId }) =>
      control.revokeGrant(email, clientId),
    ),
    'expire-access-tokens': route(schemas.byOptionalEmail, (control, { email }) => ({
      count: control.expireAccessTokens(email),
    })),
    calendars: route(schemas.none, control => control.calendars()),
    'read-calendar': route(schemas.byCalendar, (control, { calendarId }) => control.readCalendar(calendarId)),
    'create-calendar': route(schemas.newCalendar, (control, { email, ...input }) =>
      control.createCalendar(email, input),
    ),
    'update-calendar': route(schemas.calendarChanges, (control, { calendarId, ...changes }) =>
      control.updateCalendar(calendarId, definedOnly(changes)),
    ),
    'delete-calendar': route(schemas.byCalendar, (control, { calendarId }) =>
      control.deleteCalendar(calendarId),
    ),
    'share-calendar': route(schemas.shareCalendar, (control, { calendarId, email, role }) =>
      control.shareCalendar(calendarId, email, role),
    ),
    'create-event': route(schemas.newEvent, (control, { calendarId, event, organizer }) =>
      control.createEvent(calendarId, event, organizer),
    ),
    'edit-event': route(schemas.eventChanges, (control, { calendarId, eventId, changes }) =>
      control.editEvent(calendarId, eventId, changes),
    ),
    'delete-event': route(schemas.byEvent, (control, { calendarId, eventId }) =>
      control.deleteEvent(calendarId, eventId),
    ),
    'restore-event': route(schemas.byEvent, (control, { calendarId, eventId }) =>
      control.restoreEvent(calendarId, eventId),
    ),
    'empty-bin': route(schemas.bin, (control, { calendarId, how }) => ({
      count: control.emptyBin(calendarId, how),
    })),
    'drift-etag': route(schemas.byEvent, (control, { calendarId, eventId }) =>
      control.driftEtag(calendarId, eventId),
    ),
    'invalidate-sync-tokens': route(schemas.byOptionalCalendar, (control, { calendarId }) =>
      control.invalidateSyncTokens(calendarId),
    ),
    fault: route(schemas.scriptedFault, (control, input) => control.fault(input)),
    'random-faults': route(schemas.randomFaults, (control, input) => control.randomFaults(input)),
    'pending-faults': route(schemas.none, control => control.pendingFaults()),
    'clear-faults': route(schemas.none, control => control.clearFaults()),
    'set-quota': route(schemas.quota, (control, { quota }) =>
      control.setQuota(typeof quota === 'string' ? quota : definedOnly(quota)),
    ),
    'scale-quota': route(schemas.scale, (control, { factor }) => control.scaleQuota(factor)),
    'freeze-writes': route(schemas.freeze, (control, { email, forMs }) => control.freezeWrites(email, forMs)),
    'set-latency': route(schemas.latency, (control, { ms }) => control.setLatency(ms)),
    switches: route(schemas.none, control => control.switches()),
    'set-switches': route(schemas.switches, (control, input) => control.setSwitches(definedOnly(input))),
    now: route(schemas.none, control => ({ now: new Date(control.now()).toISOString() })),
    'advance-clock': route(schemas.advance, (control, { ms }) => ({
      now: new Date(control.advanceClock(ms)).toISOString(),
    })),
    report: route(schemas.none, control => control.report()),
    requests: route(schemas.none, control => control.requests()),
    'reset-counters': route(schemas.none, control => control.resetCounters()),
    mail: route(schemas.none, control => control.mail()),
    pushes: route(schemas.none, control => control.pushes()),
    'waiting-pushes': route(schemas.none, control => control.waitingPushes()),
    'clear-pushes': route(schemas.none, control => control.clearPushes()),
    channels: route(schemas.none, control => control.channels()),
    'set-setting': route(schemas.setting, (control, { email, id, value }) =>
      control.setSetting(email, id, value),
    ),
    'rotate-signing-key': route(schemas.none, control => ({ kid: control.rotateSigningKey() })),
    'security-event': route(schemas.securityEvent, (control, { type, email, reason, state }) => ({
      count: control.securityEvent(type, email, { reason, state }),
    })),
    'split-series': route(schemas.split, (control, { calendarId, eventId, instanceId, changes }) =>
      control.splitSeries(calendarId, eventId, instanceId, changes),
    ),
    'duplicate-event': route(schemas.byEvent, (control, { calendarId, eventId }) =>
      control.duplicateEvent(calendarId, eventId),
    ),
    respond: route(schemas.response, (control, { calendarId, eventId, email, response }) =>
      control.respond(calendarId, eventId, email, response),
    ),
    'move-event': route(schemas.movedEvent, (control, { calendarId, eventId, destination }) =>
      control.moveEvent(calendarId, eventId, destination),
    ),
    'lock-event': route(schemas.lock, (control, { calendarId, eventId, locked }) =>
      control.lockEvent(calendarId, eventId, locked),
    ),
    'create-group': route(schemas.group, (control, { email, members }) =>
      control.createGroup(email, members),
    ),
    'send-push': route(schemas.sentPush, (control, { channelId, ...message }) => ({
      count: control.sendPush(channelId, message),
    })),
    'save-snapshot': route(schemas.named, (control, { name }) => control.saveSnapshot(name)),
    'restore-snapshot': route(schemas.named, (control, { name }) => control.restoreSavedSnapshot(name)),
    journal: route(schemas.none, control => ({ text: control.journal() })),
    'clear-mail': route(schemas.none, control => control.clearMail()),
  }),
)

/** The control API over HTTP, or undefined for any other path. */
export function controlRoute(control: FakeGoogleControl, call: Call): Reply | undefined {
  if (!call.path.startsWith(ROOT)) return undefined
  const name = call.path.slice(ROOT.length)
  const run = ROUTES.get(name)
  if (!run) return failure(404, `No control route ${name}. There are: ${[...ROUTES.keys()].join(', ')}`)
  if (call.verb !== 'GET' && call.verb !== 'POST') return failure(405, 'GET or POST')
  try {
    const result = run(control, call.verb === 'GET' ? Object.fromEntries(call.query) : readBody(call.body))
    return { status: 200, json: (result ?? {}) as Json, indent: 2 }
  } catch (error) {
    if (error instanceof ControlError) return failure(400, error.message)
    throw error
  }
}

function readBody(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body)
  } catch {
    throw new ControlError('The body is not JSON')
  }
}

function failure(status: number, message: string): Reply {
  return { status, json: { error: message }, indent: 2 }
}

/** An absent key, not one that is undefined. */
function definedOnly<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}
