import type { HttpConfig } from './exchange.ts'
import { HttpProblem } from './problem.ts'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/**
 * Whoever comes with a cookie may have been sent by another site's page, so it has to say where it comes from. A
 * bearer token is not sent by itself: clients without cookies need no proof.
 */
export function proveOrigin(
  request: Request,
  { origin: own, allowedOrigins }: Pick<HttpConfig, 'origin' | 'allowedOrigins'>,
): void {
  if (SAFE_METHODS.has(request.method) || request.headers.get('cookie') === null) return
  const origin = request.headers.get('origin')
  if (origin !== null && allowedOrigins.has(origin)) return
  if (origin !== own || request.headers.get('sec-fetch-site') === 'cross-site') {
    throw new HttpProblem('origin-refused')
  }
}
