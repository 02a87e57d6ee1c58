import { assembleFrame, assembleWorks, type Frame, type Works } from './assembly.ts'
import {
  checkAccount,
  checkAcknowledgements,
  checkChoice,
  checkRef,
  checkSettings,
} from './check-arguments.ts'
import type { Connection } from './contracts/connection.ts'
import type { AccountRef, AppointmentRef } from './contracts/identity.ts'
import type { AuditAction } from './contracts/reports.ts'
import type { Acknowledgement, ConnectionSettings } from './contracts/settings.ts'
import { CalendarSyncError } from './errors.ts'
import { createHandler, type SyncHandler } from './http/index.ts'
import {
  type AuthorizationResult,
  type CalendarChoice,
  type FinishAuthorization,
  type ResealOptions,
  type ResealReport,
  resealTokens,
  resetIdentity,
  type StartedAuthorization,
  scopesFor,
} from './oauth/index.ts'
import { type GoogleCalendarSyncOptions, resolveOptions } from './options.ts'
import { type CalendarOption, calendarOptions } from './sync/calendar-options.ts'
import { type ConnectionSummary, connectionStatus } from './sync/connection-status.ts'
import { type DisconnectResult, disconnect } from './sync/disconnect/disconnect.ts'
import { forgetAccount, forgetWorkspace } from './sync/disconnect/forget.ts'
import { isMisuse, type MarkOptions, type MarkResult, markJoined } from './sync/engine.ts'
import { decideMassChange, type MassChangeDecision } from './sync/mass-change.ts'
import { changeSettings } from './sync/settings-change.ts'
import {
  type AppointmentStatus,
  type Assessment,
  accountAppointmentStatus,
  appointmentStatus,
  assess,
} from './sync/status.ts'
import { requestSync } from './sync/sync-now.ts'

export interface AuthorizationOptions {
  /** The user's own calendar, or one that the library creates. Default: as connected now, else `primary`. */
  readonly calendar?: CalendarChoice | undefined
  readonly loginHint?: string | undefined
  readonly returnTo?: string | undefined
}

export interface UpdateSettingsOptions {
  /** Needed for each of client names, notes and invitations that is turned on. */
  readonly acknowledgements?: readonly Pick<Acknowledgement, 'setting' | 'textId'>[] | undefined
}

/**
 * Keeps an app's appointments in its users' Google Calendars. Wiring and lifecycle only: what a method does is in
 * the module it calls.
 */
export class GoogleCalendarSync {
  readonly #frame: Frame
  #works: Promise<Works> | undefined
  #handler: SyncHandler | undefined

  /** Validates and wires; no I/O. Throws ConfigError naming each wrong option and its fix. */
  constructor(options: GoogleCalendarSyncOptions) {
    this.#frame = assembleFrame(resolveOptions(options))
  }

  /**
   * The HTTP API (docs/http-api.md) as `(Request, context?) => Promise<Response>`; `./node` and `./express` fit it to
   * servers. Throws ConfigError without `authenticate`, or when `redirectUri` does not end in `/callback`.
   */
  get handler(): SyncHandler {
    const { options, runtime } = this.#frame
    const { redirectUri } = options.google
    this.#handler ??= createHandler({ http: options, redirectUri, operations: this, runtime })
    return this.#handler
  }

  /** Starts the workers of this process: wake-ups and the timer loop. Web-only processes skip it. */
  async start(): Promise<void> {
    const { engine } = await this.#ready()
    await engine.start()
  }

  /** Lets running work end for `drainMs` (default 10,000), then cuts it short. What is left stays due. */
  async stop(options: { readonly drainMs?: number } = {}): Promise<void> {
    const works = await this.#works?.catch(() => undefined)
    await works?.engine.stop({ drainMs: options.drainMs ?? 10_000 })
  }

  /** Does what is due, once: for cron routes and serverless hosts. `idle`: nothing was left. */
  async runDue(
    options: { readonly maxMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<{ readonly idle: boolean }> {
    const { engine } = await this.#ready()
    return engine.runDue({
      maxMs: options.maxMs ?? 25_000,
      signal: options.signal ?? new AbortController().signal,
    })
  }

  /**
   * Call it after every create, update, delete and re-assignment. Store and queue trouble does not reject it
   * (`marked: false`, and `onIssue`), unless it joins a transaction, whose commit is then in doubt.
   */
  async appointmentChanged(ref: AppointmentRef, options: MarkOptions = {}): Promise<MarkResult> {
    const checked = checkRef(ref)
    if (options.transaction !== undefined) {
      const { stateStore, jobQueue } = this.#frame.options
      const { marked, rung } = await markJoined(stateStore, jobQueue, checked, options.transaction)
      // Not waited for: it may need the store, and the timer loop finds the mark without it.
      if (!rung) {
        void this.#ready().then(
          ({ engine }) => engine.wakeJoined(checked),
          () => {},
        )
      }
      return { marked }
    }
    try {
      const { engine } = await this.#ready()
      return await engine.appointmentChanged(checked)
    } catch (error) {
      if (isMisuse(error)) throw error
      const cause = CalendarSyncError.is(error) ? error.code : 'unexpected'
      this.#frame.report({ code: 'mark-failed', ref: checked, cause })
      return { marked: false }
    }
  }

  /** After the commit of a joined transaction: gives full speed. Never needed for correctness. */
  async wake(ref: AppointmentRef): Promise<void> {
    const { engine } = await this.#ready()
    await engine.wake(checkRef(ref))
  }

  /** Tries again now and reads the event first. */
  async retry(ref: AppointmentRef, account?: AccountRef): Promise<void> {
    const { engine } = await this.#ready()
    await engine.retry(checkRef(ref), account && checkAccount(account).userId)
    if (account) this.#audit('retry-requested', account, 'requested')
  }

  /** How the appointment stands, per account that owns it or has a link to it. */
  async appointmentStatus(ref: AppointmentRef): Promise<readonly AppointmentStatus[]> {
    const checked = checkRef(ref)
    return appointmentStatus(this.#frame.options.stateStore, checked, await this.#assess(checked))
  }

  /** How it stands in this account's calendar; `undefined` when it is neither the account's nor linked to it. */
  async accountAppointmentStatus(
    account: AccountRef,
    ref: AppointmentRef,
  ): Promise<AppointmentStatus | undefined> {
    const [of, checked] = [checkAccount(account), checkRef(ref)]
    return accountAppointmentStatus(this.#frame.options.stateStore, of, checked, await this.#assess(checked))
  }

  /** What a settings page shows. Reads the state store only. */
  status(account: AccountRef): Promise<ConnectionSummary> {
    const { options, runtime } = this.#frame
    return connectionStatus(options.stateStore, checkAccount(account), runtime.clock.now())
  }

  /** Where to send the user. Keep `binding` in an HttpOnly cookie of this browser for the callback. */
  async authorizationUrl(
    account: AccountRef,
    options: AuthorizationOptions = {},
  ): Promise<StartedAuthorization> {
    const { flow } = await this.#ready()
    const checked = checkAccount(account)
    const { connections, links } = this.#frame.options.stateStore
    const connection = await connections.get(checked)
    const { target, settingsVersion = 0 } = connection ?? {}
    const calendar = options.calendar ?? target?.kind ?? 'primary'
    const leaves = target && target.kind !== calendar ? target.kind : undefined
    // While events live in the old calendar, its scope is asked for too: they are still to be removed.
    const stale = leaves && (await links.stale(checked, { target: '', settingsVersion }, { limit: 1 }))
    const leavesEvents = stale?.links.some(link => !link.detached)
    const oldScopes = leavesEvents && leaves ? scopesFor(leaves) : []
    const { loginHint, returnTo } = options
    return flow.startAuthorization({ account: checked, calendar, loginHint, returnTo, oldScopes })
  }

  /** The callback: its query as it came, and the `binding` of the browser that started. */
  async completeAuthorization(callback: FinishAuthorization): Promise<AuthorizationResult> {
    const { flow, engine } = await this.#ready()
    const result = await flow.completeAuthorization(callback)
    if (result.kind === 'connected') engine.kick()
    return result
  }

  /** Changes switches of a connection; events are written anew where a switch concerns them. */
  async updateSettings(
    account: AccountRef,
    settings: Partial<ConnectionSettings>,
    { acknowledgements = [] }: UpdateSettingsOptions = {},
  ): Promise<Connection> {
    const { engine } = await this.#ready()
    const { options, runtime } = this.#frame
    const change = {
      account: checkAccount(account),
      settings: checkSettings(settings),
      acknowledgements: checkAcknowledgements(acknowledgements),
    }
    const audit = (outcome: string) =>
      this.#audit('settings-changed', change.account, outcome, { ...change.settings })
    const connection = await changeSettings(options.stateStore, runtime, change, options.canEnable).catch(
      error => {
        audit(`failed: ${CalendarSyncError.is(error) ? error.code : 'unknown'}`)
        throw error
      },
    )
    audit('changed')
    engine.kick()
    return connection
  }

  /**
   * Ends the tie. `keep`: the events stay in the calendar, without the library; done at once. `remove`: they go, in
   * the background (`disconnecting`). Asking again with `keep` gives up what is left of that. Revokes at Google when
   * no other connection lives by the same consent, and erases the tokens. Idempotent.
   */
  async disconnect(
    account: AccountRef,
    options: { readonly events: 'keep' | 'remove' },
  ): Promise<DisconnectResult> {
    const { deps, engine } = await this.#ready()
    const events = checkChoice('events', options?.events, ['keep', 'remove'])
    const result = await disconnect(deps, checkAccount(account), events, of => engine.workOn(of))
    engine.kick()
    return result
  }

  /** Disconnects, keeping the events, and forgets everything kept of the account: for erasure requests. */
  async forgetAccount(account: AccountRef): Promise<DisconnectResult> {
    const { deps, engine } = await this.#ready()
    const { tokenStore } = this.#frame.options
    return forgetAccount({ ...deps, tokenStore }, checkAccount(account), of => engine.workOn(of))
  }

  /** The same for a whole workspace, with all that is kept of its appointments. */
  async forgetWorkspace(workspaceId: string): Promise<void> {
    const { deps, engine } = await this.#ready()
    const { tokenStore } = this.#frame.options
    const { workspaceId: checked } = checkAccount({ workspaceId, userId: 'any' })
    await forgetWorkspace({ ...deps, tokenStore }, checked, of => engine.workOn(of))
  }

  /** The calendars that can be chosen, by `authorizationUrl(account, { calendar })`. Asks nobody but the state store. */
  async calendars(account: AccountRef): Promise<readonly CalendarOption[]> {
    const { stateStore, defaultSettings } = this.#frame.options
    const connection = await stateStore.connections.get(checkAccount(account))
    return calendarOptions(connection, defaultSettings.calendarName)
  }

  /** Compares everything and mends what is off, in the background; `status().progress` tells how far it is. */
  async syncNow(account: AccountRef): Promise<void> {
    const { engine } = await this.#ready()
    const { options, runtime } = this.#frame
    await requestSync(options.stateStore, runtime, checkAccount(account))
    this.#audit('sync-requested', account, 'requested')
    engine.kick()
  }

  /** Decides what the mass-change guard stopped; `id` is in `status().massChange`. */
  async decideMassChange(account: AccountRef, id: string, decision: MassChangeDecision): Promise<Connection> {
    const { deps, engine } = await this.#ready()
    const checked = checkChoice('decision', decision, ['apply', 'discard'])
    const connection = await decideMassChange(deps, checkAccount(account), id, checked)
    this.#audit('mass-change-decided', account, decision)
    engine.kick()
    return connection
  }

  /** After a new `secrets.current`: seals every stored token with it. Online and resumable. */
  async resealTokens(options: ResealOptions = {}): Promise<ResealReport> {
    await this.#ready()
    const { options: given, keyring, runtime, audit } = this.#frame
    const { tokenStore, stateStore } = given
    return resealTokens({ connections: stateStore.connections, tokenStore, keyring, runtime, audit }, options)
  }

  /** The last resort when the identity key is lost: links alone are trusted, and markers are stamped anew. */
  async resetIdentity(): Promise<void> {
    const { options, tokens, keyring, runtime, audit } = this.#frame
    const { identityKey, connections } = options.stateStore
    await resetIdentity({ identityKey, connections, tokens, keyring, runtime, audit })
    this.#works = undefined
  }

  async #assess(ref: AppointmentRef): Promise<Assessment> {
    const { mapper } = await this.#ready()
    return assess(mapper, await this.#frame.options.appointmentSource.get(ref))
  }

  #ready(): Promise<Works> {
    this.#works ??= assembleWorks(this.#frame).catch(error => {
      // Not remembered: the store may be back at the next call.
      this.#works = undefined
      throw error
    })
    return this.#works
  }

  #audit(action: AuditAction, account: AccountRef, outcome: string, details?: Record<string, boolean>): void {
    const at = this.#frame.runtime.clock.now()
    this.#frame.audit({ at, action, account: checkAccount(account), outcome, ...(details && { details }) })
  }
}
