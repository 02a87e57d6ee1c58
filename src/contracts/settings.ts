/**
 * What a user may switch for their own connection. Everything that could expose a client or send mail is off
 * until the user turns it on with a recorded acknowledgement.
 */
export interface ConnectionSettings {
  readonly enabled: boolean
  readonly includeClientNames: boolean
  readonly includeNotes: boolean
  readonly notifyClients: boolean
}

/** The switches that need an acknowledgement before they may be on. */
export const SENSITIVE_SETTINGS = ['includeClientNames', 'includeNotes', 'notifyClients'] as const
export type SensitiveSetting = (typeof SENSITIVE_SETTINGS)[number]

/** Who agreed, when, to which text. Kept with the connection for as long as the connection row lives. */
export interface Acknowledgement {
  readonly setting: SensitiveSetting
  readonly userId: string
  /** Epoch ms. */
  readonly at: number
  /** Names the wording that was shown, such as `client-names-2026-11`; not the wording itself. */
  readonly textId: string
}
