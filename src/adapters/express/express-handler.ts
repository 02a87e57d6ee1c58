import type { IncomingMessage, ServerResponse } from 'node:http'
import { MAX_READ_BYTES, type ReadBody, readBody } from '../node/read-body.ts'
import { type FetchHandler, serve } from '../node/serve.ts'

/** The part of an Express request that is used; Express itself is never loaded. */
export interface ExpressLikeRequest extends IncomingMessage {
  /** The whole path, also below a mount. */
  readonly originalUrl: string
  /** What a body parser made of it. */
  readonly body?: unknown
}

export type ExpressNext = (error?: unknown) => void

/** What `authenticate` gets as its context; name Express's own types to have them there. */
export type ExpressContext<
  Req extends ExpressLikeRequest = ExpressLikeRequest,
  Res extends ServerResponse = ServerResponse,
> = { readonly req: Req; readonly res: Res }

/**
 * Fits a handler to Express: `app.use('/api/calendar', expressHandler(sync.handler))`, before or after
 * `express.json()`. The mount path has to be that of `redirectUri` without `/callback`.
 */
export function expressHandler(
  handler: FetchHandler,
): (req: ExpressLikeRequest, res: ServerResponse, next: ExpressNext) => void {
  return (req, res, next) => {
    // A parser was here: the stream is empty, and what it held is in `body`.
    const wasRead = req.readableDidRead
    const served = {
      ...{ req, res, target: req.originalUrl },
      body: () => (wasRead ? Promise.resolve(parsedBody(req.body)) : readBody(req)),
      ...(wasRead && { dropHeaders: DESCRIBES_THE_STREAM }),
    }
    serve(handler, served).catch(next)
  }
}

/** The text that is made here is of another length, and no parser leaves it compressed. */
const DESCRIBES_THE_STREAM: ReadonlySet<string> = new Set([
  'content-length',
  'content-encoding',
  'transfer-encoding',
])

function parsedBody(body: unknown): ReadBody {
  const whole = body instanceof Uint8Array ? body : Buffer.from(textOf(body))
  return { bytes: whole.subarray(0, MAX_READ_BYTES + 1), isCut: false }
}

function textOf(body: unknown): string {
  if (body === undefined || typeof body === 'string') return body ?? ''
  return JSON.stringify(body) ?? ''
}
