export interface FakeRequest {
  /** The HTTP verb, upper case. */
  readonly method: string
  /** Absolute, or a path with its query. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** One of the calls inside a batch. */
  readonly inBatch?: boolean
}

export interface FakeResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** In `pieces`, each `everyMs` after the one before; broken off in the middle; or packed, unpacking to `bytes` more. */
export type Pace =
  | { readonly kind: 'drip'; readonly pieces: number; readonly everyMs: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'bomb'; readonly bytes: number }

/**
 * What became of one request: what the fake would answer, after which delay, and whether the caller ever sees
 * it. A `lost` answer is a timeout, a `reset` one a broken connection, a `refused` one never came to be; whether the request was carried out
 * first is the fault's business, and the caller cannot tell.
 */
export interface Exchange {
  readonly response: FakeResponse
  readonly delayMs: number
  readonly delivery: 'answered' | 'lost' | 'reset' | 'refused'
  /** How the body comes, when not at once. */
  readonly pace?: Pace | undefined
  /** Google's messages to the app that are due leave before the answer does. */
  readonly sendsFirst?: boolean
}
