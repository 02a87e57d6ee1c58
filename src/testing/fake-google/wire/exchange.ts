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

/**
 * What became of one request: what the fake would answer, after which delay, and whether the caller ever sees
 * it. A `lost` answer is a timeout, a `reset` one a broken connection; whether the request was carried out
 * first is the fault's business, and the caller cannot tell.
 */
export interface Exchange {
  readonly response: FakeResponse
  readonly delayMs: number
  readonly delivery: 'answered' | 'lost' | 'reset'
  /** Google's messages to the app that are due leave before the answer does. */
  readonly sendsFirst?: boolean
}
