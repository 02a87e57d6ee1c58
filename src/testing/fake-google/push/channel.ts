import type { StoredCalendar } from '../calendar/stored-calendar.ts'
import type { Client } from '../world/clients.ts'
import type { User } from '../world/users.ts'

/** What a channel watches, and how its state is told from an earlier one. */
export type Watched =
  | { readonly kind: 'events' | 'acl'; readonly calendar: StoredCalendar }
  | { readonly kind: 'calendarList' | 'settings' }

export interface Channel {
  readonly id: string
  readonly user: User
  readonly client: Client
  readonly watched: Watched
  readonly resourceId: string
  readonly resourceUri: string
  readonly address: string
  readonly token: string | undefined
  readonly expiresAt: number
  /** Messages may trickle on for a while after the stop (observed). */
  stoppedAt: number | undefined
  /** Of the watched resource when it was last told about. */
  version: number
  lastNumber: number
}

export type PushState = 'sync' | 'exists' | 'not_exists'

/** A request that Google makes of the app. */
export interface OutgoingMessage {
  readonly kind: 'push' | 'securityEvent'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Of a push. */
  readonly channelId: string | undefined
  readonly state: PushState | undefined
  readonly number: number
  /** Epoch milliseconds. */
  at: number
  attempt: number
  /** Held back by chance. */
  late: boolean
}

/** What became of one attempt. */
export interface DeliveryRecord {
  readonly at: number
  readonly kind: OutgoingMessage['kind']
  readonly url: string
  readonly channelId: string | undefined
  readonly state: OutgoingMessage['state']
  readonly number: number
  readonly attempt: number
  /** The status of the app's answer; `dropped` by chance on the way, `failed` where no answer came. */
  readonly outcome: number | 'dropped' | 'failed'
  readonly retried: boolean
}
