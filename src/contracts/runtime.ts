/**
 * Runtime: time, chance, the network and the log, as seen by the library.
 *
 * 1. Nothing outside `runtime-default.ts` reads an ambient clock, random source, timer, `fetch` or environment
 *    variable, so that a test or a simulation can own every one of them.
 * 2. `clock.now` is epoch milliseconds and may jump; durations are never derived from two readings that a
 *    correctness rule depends on: what must hold between processes is judged by the store's clock.
 * 3. `clock.sleep` resolves after at least `ms`, and rejects with the signal's reason when aborted.
 * 4. `random.bytes` is cryptographically strong in production; `random.float` is in [0, 1).
 * 5. The logger gets ids, codes and counts, and of an error that nobody expected its class and the places in the
 *    code; never messages of others, tokens, authorization codes, names or addresses. One that throws is ignored.
 */
export interface Runtime {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly fetch: Fetch
}

export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  bytes(length: number): Uint8Array
  float(): number
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>
