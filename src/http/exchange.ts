import type { z } from 'zod'
import type { AccountRef } from '../contracts/identity.ts'
import type { Runtime } from '../contracts/runtime.ts'
import type { Authenticate, IsMember, RequestContext } from './http-options.ts'
import type { SyncOperations } from './operations.ts'

/** What the routes know of where they are. */
export interface HttpConfig {
  /** Path of the redirect URI without `/callback`; empty at the root. */
  readonly basePath: string
  /** Origin of the redirect URI. Nothing a request says of its own host counts. */
  readonly origin: string
  readonly allowedOrigins: ReadonlySet<string>
  readonly settingsPage: string
  readonly returnPages: ReadonlySet<string>
  readonly authenticate: Authenticate
  readonly isMember: IsMember | undefined
  readonly operations: SyncOperations
  readonly runtime: Pick<Runtime, 'random' | 'logger'>
}

/** One request as a resource sees it. */
export interface Exchange {
  readonly config: HttpConfig
  readonly request: Request
  readonly context: RequestContext
  readonly query: URLSearchParams
  /** Variable parts of the path, as they came, encoded. */
  readonly ids: readonly string[]
  /** Names this request in the answer and in the log. */
  readonly instance: string
  /** The body, checked. No body reads as `{}`. */
  json<T extends z.ZodObject>(schema: T): Promise<z.output<T>>
}

export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: readonly (readonly [string, string])[]
}

/** A route for somebody who is signed in. */
export type AccountRoute = (account: AccountRef, exchange: Exchange) => Promise<Reply>
/** A route that finds out itself who is there. */
export type OpenRoute = (exchange: Exchange) => Promise<Reply>
