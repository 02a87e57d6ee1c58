import type { ClaimKey } from '../contracts/claim-store.ts'
import type { Connection } from '../contracts/connection.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { Link } from '../contracts/link.ts'
import type { LinkFields, LinkStore } from '../contracts/link-store.ts'
import type { RetryCause } from '../contracts/mark-store.ts'
import type { SyncIssue } from '../contracts/reports.ts'
import type { CalendarApi, GoogleFailure } from '../google/api.ts'
import { knownFormat, type Mapper, type Projection } from '../mapping/index.ts'
import type { View } from './plan.ts'

/** What a run needs to bring one link into the wanted state. */
export interface LinkTask {
  readonly claim: ClaimKey
  readonly account: AccountRef
  /** As read after the claim: its epoch and settings version condition every write. */
  readonly connection: Connection
  /** The link's target; of an old target the link is wanted absent. */
  readonly target: { readonly key: string; readonly calendarId: string }
  readonly isCurrentTarget: boolean
  readonly api: CalendarApi
  readonly link: Link | undefined
  /** What the app wants there; `undefined`: no event. */
  readonly wanted: Projection | undefined
  readonly verify: boolean
  readonly told: boolean
  /** A removal or a move must be held for the mass-change guard (ENGINE C5). */
  readonly guarded: boolean
  /** Clients may be mailed by this run (ENGINE B9). */
  readonly mayMail: boolean
  /** The store's clock at the claim. */
  readonly now: number
  /** Whether the run may go on: the claim is held and the global switch is on. */
  readonly mayGoOn: () => 'yes' | 'lost' | 'switched-off'
}

export interface PushDependencies {
  readonly links: LinkStore
  readonly mapper: Mapper
  readonly report: (issue: SyncIssue) => void
  /** Whether the calendar answers, cached (ENGINE B10). */
  readonly probeCalendar: (task: LinkTask) => Promise<'there' | GoogleFailure>
  /** What ended before is not created (ENGINE B11). Epoch ms. */
  readonly windowStart: number
}

export type LinkResult =
  /** As it should be, or parked until something changes (ENGINE C3). */
  | { readonly kind: 'settled' }
  /** Transient: try again inside the run or by a mark. */
  | {
      readonly kind: 'retry'
      readonly cause: RetryCause
      readonly code: string
      readonly retryAfterMs?: number
    }
  /** Look again once a late write can no longer land. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'held'; readonly finding: 'removal' | 'move' }
  /** Epoch, settings or link moved: read everything again. */
  | { readonly kind: 'reload' }
  /** Another worker has taken over. */
  | { readonly kind: 'lost' }
  /** The account or its calendar is the cause. */
  | { readonly kind: 'account'; readonly failure: GoogleFailure | 'calendar-gone' }

export function startView(task: LinkTask, mapper: Mapper): View {
  return { link: task.link ? rebased(task.link) : newLink(task, mapper), ...NOTHING_READ }
}

const NOTHING_READ = Object.freeze({
  fresh: false,
  observed: undefined,
  event: undefined,
  drifted: Object.freeze([]) as readonly string[],
  foreign: false,
  reviveRefused: false,
})

/** Fingerprints of another format say nothing: read again, never "changed" (ENGINE E). */
function rebased(link: Link): LinkFields {
  const { account: _account, ref: _ref, target: _target, version: _version, detached: _, ...fields } = link
  if (fields.sent === undefined || knownFormat(fields.sent.fields)) return fields
  return { ...fields, sent: undefined, seen: undefined, etag: undefined }
}

function newLink(task: LinkTask, mapper: Mapper): LinkFields {
  return {
    calendarId: task.target.calendarId,
    eventId: mapper.eventId(task.account, task.target.key, task.claim.ref, 0),
    generation: 0,
    event: 'none',
    intents: [],
    settingsVersion: task.connection.settingsVersion,
    behind: false,
    kept: false,
    status: 'pending',
    notes: [],
  }
}
