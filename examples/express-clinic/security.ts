import type { NextFunction, Request, Response } from 'express'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface SecurityOptions {
  readonly origin: string
  /** Pages that the side-by-side page may show in a frame. */
  readonly frames?: readonly string[] | undefined
}

/**
 * Headers of every page; nothing runs or loads that is not a file of this app. A request for another host name goes
 * to the right one first, since Google sends users back to that one and cookies do not follow.
 */
export function security({ origin, frames = [] }: SecurityOptions) {
  const policy = [
    "default-src 'none'",
    ...[
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
    ],
    `frame-src 'self' ${frames.join(' ')}`.trim(),
    ...["base-uri 'none'", "frame-ancestors 'self'"],
  ].join('; ')
  const { host } = new URL(origin)
  return (request: Request, response: Response, next: NextFunction) => {
    response.set({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    if (request.headers.host !== host && SAFE.has(request.method)) {
      response.redirect(307, new URL(request.originalUrl.replace(/^\/+/, '/'), origin).href)
    } else if (!SAFE.has(request.method) && !isFromHere(request, origin)) {
      response.status(403).type('text').send('This form was sent from somewhere else.')
    } else next()
  }
}

/** Browsers name the origin with every form; other clients carry no cookies of a user. */
function isFromHere({ headers }: Request, origin: string): boolean {
  return headers.origin === undefined ? headers['sec-fetch-site'] !== 'cross-site' : headers.origin === origin
}
