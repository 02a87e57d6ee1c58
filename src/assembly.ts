import type { AuditEntry, SyncIssue } from './contracts/reports.ts'
import type { Logger, Runtime } from './contracts/runtime.ts'
import { systemRuntime } from './contracts/runtime-default.ts'
import { createCalendarApi } from './google/calendar-api.ts'
import { createGoogleClient } from './google/client.ts'
import { createLimiter } from './google/limiter.ts'
import { createMapper, createZones, type Mapper, type Zones } from './mapping/index.ts'
import {
  type AuthorizationFlow,
  createAuthorizationFlow,
  createGrants,
  createKeyring,
  createSealedTokenStore,
  createTokenManager,
  type IdentityKey,
  type Keyring,
  loadIdentityKey,
  type SealedTokenStore,
  targetKey,
} from './oauth/index.ts'
import type { ResolvedOptions } from './options.ts'
import type { EngineDependencies } from './sync/dependencies.ts'
import { SyncEngine } from './sync/engine.ts'

/** What exists from the constructor on: nothing here does I/O. */
export interface Frame {
  readonly options: ResolvedOptions
  readonly runtime: Runtime
  readonly zones: Zones
  readonly keyring: Keyring
  readonly tokens: SealedTokenStore
  readonly google: ReturnType<typeof createGoogleClient>
  readonly openApi: ReturnType<typeof createCalendarApi>
  readonly report: (issue: SyncIssue) => void
  readonly audit: (entry: AuditEntry) => void
}

/** What needs the identity key, and so the state store. */
export interface Works {
  readonly deps: EngineDependencies
  readonly engine: SyncEngine
  readonly flow: AuthorizationFlow
  readonly mapper: Mapper
}

export function assembleFrame(options: ResolvedOptions): Frame {
  const runtime = completed(options.runtime)
  const keyring = createKeyring(options.secrets, runtime)
  const google = createGoogleClient({ ...options.google, runtime })
  const { quota, workers } = options
  const limiter = createLimiter({
    ...runtime,
    workers,
    ...(quota === 'shared' ? { budgets: options.stateStore.budgets } : { quota }),
  })
  return {
    options,
    runtime,
    zones: createZones(),
    keyring,
    google,
    tokens: createSealedTokenStore(options.tokenStore, keyring),
    openApi: createCalendarApi({
      transport: google.calendar,
      limiter,
      runtime,
      onRequest: options.onRequest,
    }),
    report: guarded(runtime, options.onIssue),
    audit: guarded(runtime, options.onAudit),
  }
}

export async function assembleWorks(frame: Frame): Promise<Works> {
  const { options, runtime, zones, keyring, tokens, google, openApi, report } = frame
  const audit = reportingDeadGrants(frame)
  const { stateStore: state } = options
  const identity = await loadIdentityKey(state.identityKey, keyring, runtime)
  const { connections, leases, pendingAuthorizations } = state
  const transport = google.oauth
  const flow = createAuthorizationFlow({
    clientId: options.google.clientId,
    ...{ keyring, identity, pendingAuthorizations, connections, tokens, transport, runtime, audit },
    revocation: options.revokeOnDisconnect,
  })
  const mapping = { ...options.mapping, title: options.defaultSettings.title }
  const mapper = createMapper(mapping, keysOf(identity), zones)
  const deps: EngineDependencies = {
    ...{ runtime, state, mapper, openApi, report, audit },
    grants: createGrants({ tokens, connections, transport, policy: options.revokeOnDisconnect }),
    queue: options.jobQueue,
    source: options.appointmentSource,
    tokens: createTokenManager({ tokens, connections, leases, transport, runtime, audit }),
    recoverConnecting: flow.recoverConnecting,
    targetKey: (sub, calendarId) => targetKey(identity, sub, calendarId),
    enabled: guardedSwitch(runtime, options.enabled),
    settings: {
      windowPastDays: options.window.pastDays,
      concurrency: options.concurrency,
      dedicatedCalendar: {
        summary: options.defaultSettings.calendarName,
        timeZone: options.defaultSettings.timeZone,
      },
    },
  }
  return { deps, engine: new SyncEngine(deps), flow, mapper }
}

function keysOf(identity: IdentityKey) {
  return {
    fingerprint: identity.derive('fingerprint'),
    eventId: identity.derive('event-id'),
    marker: identity.derive('marker'),
    accountTag: identity.derive('account-tag'),
  }
}

/** Whoever finds a grant dead writes one audit entry; the host is told as of any other trouble. */
function reportingDeadGrants({ audit, report }: Frame): Frame['audit'] {
  return entry => {
    audit(entry)
    if (entry.action === 'needs-reauth')
      report({ code: 'needs-reauth', account: entry.account, cause: entry.outcome })
  }
}

/** A part given as `undefined` is the default one. */
function completed(given: Partial<Runtime> = {}): Runtime {
  const parts = Object.entries(given).filter(([, part]) => part !== undefined)
  const runtime: Runtime = { ...systemRuntime, ...Object.fromEntries(parts) }
  return { ...runtime, logger: guardedLogger(runtime.logger) }
}

/** A host's logger that throws must not undo what it is told of. */
function guardedLogger(logger: Logger): Logger {
  const guardedAt =
    (level: keyof Logger): Logger[typeof level] =>
    (message, fields) => {
      try {
        logger[level](message, fields)
      } catch {
        // There is nobody left to tell.
      }
    }
  return { debug: guardedAt('debug'), info: guardedAt('info'), error: guardedAt('error') }
}

/** Off is safe, since nothing is lost: so is a switch that throws, or that answers a promise, which would never be off. */
function guardedSwitch(runtime: Runtime, enabled: () => boolean = () => true): () => boolean {
  return () => {
    try {
      const answer: unknown = enabled()
      if (typeof answer === 'boolean') return answer
      if (answer instanceof Promise) answer.catch(() => {})
    } catch {
      // Told below.
    }
    runtime.logger.error('`enabled` did not answer true or false, and counts as false')
    return false
  }
}

/** A host's hook that throws must not undo what it is told of. */
function guarded<T>(runtime: Runtime, hook: ((value: T) => void) | undefined): (value: T) => void {
  return value => {
    try {
      const answer: unknown = hook?.(value)
      if (answer instanceof Promise) answer.catch(() => runtime.logger.error('a host hook failed'))
    } catch {
      runtime.logger.error('a host hook failed')
    }
  }
}
