/** A disconnect under way, resumable by any process (ENGINE D4). */
export interface Departure {
  /** Whether the events stay in the calendar, without the library, or go. */
  readonly events: 'keep' | 'remove'
  /** Epoch ms; a day later what is left is given up. */
  readonly requestedAt: number
  /** What is to be done next: the events, the grant at Google, the stored token. */
  readonly phase: 'events' | 'grant' | 'token'
  /** Events removed so far. */
  readonly removed: number
  /** Tries of this phase that came to nothing. */
  readonly attempts: number
  /** Whoever asked does not want to wait for what is left of removing and revoking. */
  readonly hurry?: boolean | undefined
  /** Events were to go and could not be removed. */
  readonly leftBehind?: boolean | undefined
  /** A revocation may be under way until then, epoch ms: nobody of this Google account may connect. */
  readonly revokingUntil?: number | undefined
}

/** How a disconnect ended at Google: the cause of a `disconnected` connection. */
export type Revocation =
  | 'revoked'
  /** Another connection lives by the same consent, which Google revokes as a whole. */
  | 'shared-grant'
  /** Nothing was stored, or what was does not open. */
  | 'no-grant'
  /** The host's policy. */
  | 'never'
  /** Google did not answer for a day, or nobody wanted to wait. */
  | 'unanswered'
