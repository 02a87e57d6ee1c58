import type { Appointment } from '../../src/contracts/appointment.ts'
import type { AccountRef, AppointmentRef } from '../../src/contracts/identity.ts'
import type { SyncIssue } from '../../src/contracts/reports.ts'
import type { ConnectionSettings } from '../../src/contracts/settings.ts'

/** What the host meant, from this moment on. */
export interface HostEntry {
  readonly at: number
  readonly ref: AppointmentRef
  readonly appointment: Appointment | undefined
}

/** What a person did in Google with an event of ours. */
export interface HandEntry {
  readonly at: number
  readonly kind: 'edit' | 'delete' | 'restore' | 'strip'
  readonly calendarId: string
  readonly eventId: string
  readonly field?: string
  /** Unique, so that whoever sees it later knows where it came from. */
  readonly value?: string
}

/** What the owner of an account did to its tie. */
export interface TieEntry {
  readonly at: number
  readonly account: string
  readonly kind: 'connect' | 'keep' | 'remove' | 'target' | 'settings' | 'trouble'
}

export interface ReportEntry {
  readonly at: number
  readonly issue: SyncIssue
}

/** Where an event of ours came from, by the unique title that was in the request which made it. */
export interface EventOrigin {
  readonly ref: string
  readonly account: string
}

/** Append-only: what people wanted and what they were told. It knows nothing of links, intents or fingerprints. */
export class Ledger {
  readonly host: HostEntry[] = []
  readonly hands: HandEntry[] = []
  readonly ties: TieEntry[] = []
  readonly reports: ReportEntry[] = []
  /** Deletions by the engine that took effect. */
  readonly removals: { readonly at: number; readonly calendarId: string; readonly eventId: string }[] = []
  /** Spans in which the engine was removing an event that somebody else then turned out to have deleted. */
  readonly agreed: { readonly from: number; readonly until: number; readonly eventId: string }[] = []
  /** Events whose late insert was let in again because a person had emptied the bin: a known gap until a repair. */
  readonly letIn = new Set<string>()
  /** Events with a write that landed later than by our assumption it can (G21): a process slept over its intent. */
  readonly sleptOver = new Set<string>()
  /** What the owner asked to try again: an order for this appointment, like a change that is told. */
  readonly retries: { readonly at: number; readonly ref: AppointmentRef }[] = []
  readonly purges: { readonly at: number; readonly calendarId: string }[] = []
  readonly titles = new Map<string, AppointmentRef>()
  readonly origins = new Map<string, EventOrigin>()
  /** Events that people made or made their own: since when, and what they looked like. */
  readonly foreign = new Map<string, { readonly at: number; readonly looks: string }>()
  /** Values in fields that are not ours, by event. */
  readonly unowned = new Map<string, string>()
  /** Refs with a change that the library may not have heard of. */
  readonly untold = new Set<string>()
  /** Refs that may only be mended by a repair, and why. */
  readonly refused = new Set<string>()
  readonly settings: {
    readonly at: number
    readonly account: string
    readonly settings: ConnectionSettings
  }[] = []
  /** Calendars whose events a person chose to keep for themselves, by account. */
  readonly kept = new Set<string>()
  #values = 0

  unique(prefix: string): string {
    return `${prefix}${++this.#values}x`
  }

  wasLetIn(ref: string): boolean {
    return [...this.letIn].some(eventId => this.origins.get(eventId)?.ref === ref)
  }

  /** Whether a setting was on at that moment or later: a request under way may still carry it. */
  wasOn(account: string, name: keyof ConnectionSettings, since: number): boolean {
    const mine = this.settings.filter(entry => entry.account === account)
    return mine.some(
      (entry, i) => entry.settings[name] && (mine[i + 1]?.at ?? Number.POSITIVE_INFINITY) >= since,
    )
  }

  /** Whether the host wanted no event for the account at some moment since. */
  wasUnwanted(ref: string, userId: string, since: number): boolean {
    const mine = this.host.filter(entry => refId(entry.ref) === ref)
    return mine.some((entry, i) => {
      const until = mine[i + 1]?.at ?? Number.POSITIVE_INFINITY
      return until >= since && !isWanted(entry.appointment, userId)
    })
  }

  /** Whether the app came back, after that moment, to what the appointment had been before. */
  takenBackSince(ref: string, at: number): boolean {
    const said = this.host.filter(entry => refId(entry.ref) === ref)
    const texts = said.map(({ appointment }) => JSON.stringify(appointment ?? null))
    return said.some((entry, k) => entry.at > at && texts.indexOf(texts[k] ?? '') < k)
  }
}

export function isWanted(appointment: Appointment | undefined, userId: string): boolean {
  return (
    appointment !== undefined && appointment.status !== 'cancelled' && appointment.userIds.includes(userId)
  )
}

export function refId(ref: AppointmentRef): string {
  return `${ref.workspaceId}/${ref.appointmentId}`
}

export function accountId(account: AccountRef): string {
  return `${account.workspaceId}/${account.userId}`
}
