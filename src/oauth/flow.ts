import type { Connection } from '../contracts/connection.ts'
import type { AccountRef } from '../contracts/identity.ts'
import type { AuthorizationOutcome, AuthorizationResult, Granted } from './authorization-outcome.ts'
import { completeConnection } from './complete-connection.ts'
import { type FinishAuthorization, finishAuthorization } from './finish-authorization.ts'
import type { FlowDeps } from './flow-deps.ts'
import { createJsonWebKeys } from './json-web-keys.ts'
import { recoverConnecting } from './recover-connecting.ts'
import {
  type StartAuthorization,
  type StartedAuthorization,
  startAuthorization,
} from './start-authorization.ts'

/** From "connect" to a working connection. */
export interface AuthorizationFlow {
  startAuthorization(request: StartAuthorization): Promise<StartedAuthorization>
  /** The whole callback: `finishAuthorization`, then `completeConnection`. */
  completeAuthorization(request: FinishAuthorization): Promise<AuthorizationResult>
  finishAuthorization(request: FinishAuthorization): Promise<AuthorizationOutcome>
  completeConnection(granted: Granted): Promise<AuthorizationResult>
  /** For the timer loop: finishes or undoes a `connecting` row that is due. Answers the row as it is then. */
  recoverConnecting(account: AccountRef): Promise<Connection | undefined>
}

export function createAuthorizationFlow(options: Omit<FlowDeps, 'keys'>): AuthorizationFlow {
  const deps: FlowDeps = { ...options, keys: createJsonWebKeys(options.transport, options.runtime.clock) }
  return Object.freeze({
    startAuthorization: (request: StartAuthorization) => startAuthorization(deps, request),
    async completeAuthorization(request: FinishAuthorization) {
      const outcome = await finishAuthorization(deps, request)
      return outcome.kind === 'granted' ? completeConnection(deps, outcome) : outcome
    },
    finishAuthorization: (request: FinishAuthorization) => finishAuthorization(deps, request),
    completeConnection: (granted: Granted) => completeConnection(deps, granted),
    recoverConnecting: (account: AccountRef) => recoverConnecting(deps, account),
  })
}
