import type { FakeResponse } from './exchange.ts'
import type { Json } from './json.ts'

/** A response before it is rendered, with the error's reason kept for the report. */
export interface Reply {
  readonly status: number
  readonly json?: Json
  /** Google's backends indent by one space, its front end and the OAuth endpoints by two. */
  readonly indent?: 1 | 2
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly reason?: string
  /** Google's own messages to the app leave before this answer does. */
  readonly sendsFirst?: boolean
}

/** Thrown to leave a method early. Not an Error: it is an answer, and a stack per 404 would be costly. */
export class Refusal {
  readonly reply: Reply
  constructor(reply: Reply) {
    this.reply = reply
  }
}

/** Runs a method; a refusal is its answer too. */
export function answer(run: () => Reply): Reply {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.reply
    throw thrown
  }
}

/** As captured on Calendar responses (observed). */
const COMMON_HEADERS = {
  'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  pragma: 'no-cache',
  expires: 'Mon, 01 Jan 1990 00:00:00 GMT',
  server: 'ESF',
  vary: 'Origin, X-Origin, Referer',
}

export function render(reply: Reply, prettyPrint = true): FakeResponse {
  if (reply.json === undefined) {
    return { status: reply.status, headers: { ...COMMON_HEADERS, ...reply.headers }, body: reply.text ?? '' }
  }
  const body = prettyPrint
    ? `${JSON.stringify(reply.json, null, reply.indent ?? 1)}\n`
    : JSON.stringify(reply.json)
  const headers = { ...COMMON_HEADERS, 'content-type': 'application/json; charset=UTF-8', ...reply.headers }
  return { status: reply.status, headers, body }
}

export function html(status: number, text: string, reason?: string): Reply {
  const headers = { 'content-type': 'text/html; charset=UTF-8' }
  return reason === undefined ? { status, text, headers } : { status, text, headers, reason }
}

export function redirect(location: string): Reply {
  return { status: 302, text: '', headers: { location, 'content-type': 'text/html; charset=UTF-8' } }
}
