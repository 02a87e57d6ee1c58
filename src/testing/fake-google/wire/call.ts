import type { Client } from '../world/clients.ts'
import type { User } from '../world/users.ts'
import type { World } from '../world/world.ts'
import { parseError } from './envelope.ts'
import { isObject, type JsonObject } from './json.ts'

/** One request as the methods see it. */
export interface Call {
  readonly world: World
  readonly now: number
  readonly verb: string
  /** As it came. */
  readonly url: string
  readonly origin: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly inBatch: boolean
  /** What it reads is a little old. */
  readonly stale?: boolean
}

/** A Calendar call whose token, scopes and quota have passed. */
export interface ApiCall extends Call {
  /** `events.insert` */
  readonly method: string
  readonly user: User
  readonly client: Client
  /** Those of the token's scopes that open this method. */
  readonly scopes: readonly string[]
  /** Decoded, empty where the path has none. */
  readonly calendarId: string
  readonly eventId: string
}

export function jsonBody(call: Call): JsonObject {
  if (call.body === '') return {}
  let body: unknown
  try {
    body = JSON.parse(call.body)
  } catch {
    return parseError()
  }
  return isObject(body) ? body : parseError()
}
