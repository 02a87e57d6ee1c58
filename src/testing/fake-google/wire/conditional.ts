import type { Call } from './call.ts'
import { isObject } from './json.ts'
import { Refusal, type Reply } from './reply.ts'
import { conditionNotMet } from './standard-errors.ts'

/** 304 to a GET whose `If-None-Match` is what there is (Calendar API, "Get specific versions of resources"). */
export function unlessKnown({ verb, headers }: Call, reply: Reply): Reply {
  const known = headers['if-none-match']
  if (verb !== 'GET' || known === undefined || reply.status !== 200) return reply
  const etag = reply.headers?.etag ?? (isObject(reply.json) ? reply.json.etag : undefined)
  return known === etag ? { status: 304, headers: { etag: known }, text: '' } : reply
}

/** 412 to a write whose `If-Match` is another version (same guide). */
export function checkIfMatch({ headers }: Call, etag: string): void {
  const wanted = headers['if-match']
  if (wanted !== undefined && wanted !== '*' && wanted !== etag) throw new Refusal(conditionNotMet())
}
