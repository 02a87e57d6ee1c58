import { createHash } from 'node:crypto'
import type { Runtime } from '../contracts/runtime.ts'
import { newSecret } from './state.ts'

/** RFC 7636: a stolen code is worth nothing without the verifier, which never leaves the server. */
export interface Pkce {
  readonly verifier: string
  readonly challenge: string
}

export function newPkce(runtime: Pick<Runtime, 'random'>): Pkce {
  const verifier = newSecret(runtime)
  return { verifier, challenge: challengeOf(verifier) }
}

/** S256, the only method allowed by RFC 9700 §2.1.1. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url')
}
