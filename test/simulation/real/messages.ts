import type { AccountRef, AppointmentRef } from '../../../src/contracts/identity.ts'
import type { ConnectionSettings } from '../../../src/contracts/settings.ts'
import type { GoogleCalendarSyncOptions } from '../../../src/index.ts'
import type { Waiting } from './shared-clock.ts'

/** Where a worker finds everything of one history. */
export interface Place {
  readonly timeFile: string
  readonly syncFile: string
  readonly hostFile: string
  readonly journal: string
  readonly workers: number
  readonly google: GoogleCalendarSyncOptions['google']
}

/** What a person, or the app, does at one of its processes. */
export type Command =
  | { readonly do: 'enter'; readonly place: Place }
  | { readonly do: 'leave' }
  | { readonly do: 'changed'; readonly ref: AppointmentRef }
  | { readonly do: 'retry'; readonly ref: AppointmentRef }
  | { readonly do: 'sync-now'; readonly account: AccountRef }
  | {
      readonly do: 'settings'
      readonly account: AccountRef
      readonly settings: Partial<ConnectionSettings>
    }
  | { readonly do: 'disconnect'; readonly account: AccountRef; readonly events: 'keep' | 'remove' }
  | {
      readonly do: 'authorize'
      readonly account: AccountRef
      readonly calendar: 'primary' | 'dedicated'
    }
  | {
      readonly do: 'complete'
      readonly callback: Readonly<Record<string, string>>
      readonly binding: string
    }
  | { readonly do: 'apply-mass-change'; readonly account: AccountRef; readonly id: string }

export type ToWorker =
  | { readonly id: number; readonly command: Command }
  | { readonly clock: 'hold'; readonly turn: number }
  | { readonly clock: 'release' }

/** How a process stands while it is held. */
export interface Held extends Waiting {
  /** A request or a command is under way, so that time must not leap. */
  readonly busy: boolean
  /** Grows whenever a request leaves or is answered: as long as it does, something goes on. */
  readonly moves: number
}

export type FromWorker =
  | { readonly loaded: true }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failed: string }
  | { readonly held: Held; readonly turn: number }
