import type { AccountRef } from '../../contracts/identity.ts'
import { CalendarSyncError } from '../../errors.ts'
import {
  type AuthorizationResult,
  isSecret,
  MAX_PENDING_PER_ACCOUNT,
  type Parameter,
} from '../../oauth/index.ts'
import { clearedCookie, readBinding } from '../cookies.ts'
import type { Exchange, OpenRoute } from '../exchange.ts'
import { HttpProblem } from '../problem.ts'
import { acceptedReturnPage, withResult } from '../return-page.ts'
import type { CallbackResult } from '../schemas.ts'
import { traceOf } from '../trace-of.ts'
import { whoAsks } from '../who-asks.ts'

/**
 * Where Google sends the browser back. Whatever came, the pending authorization is spent; whatever became of it, the
 * browser goes to a page of the host with a plain result, and nothing of Google's query goes with it.
 */
export const callback: OpenRoute = async exchange => {
  const { config, request, query } = exchange
  const state = parameter(query, 'state')
  const binding = typeof state === 'string' ? readBinding(request, config.origin, state) : undefined
  const { result, page } = await finish(exchange, { state, binding })
  if (!isSecret(state)) {
    await spendEach(exchange, state)
    // Nothing that Google or a browser would send: there is no person to send anywhere.
    throw new HttpProblem('authorization-invalid')
  }
  return {
    status: 303,
    headers: [
      ['location', withResult(page ?? config.settingsPage, config.origin, result)],
      ['set-cookie', clearedCookie(config.origin, state)],
    ],
  }
}

interface Finished {
  readonly result: CallbackResult
  readonly page?: string | undefined
}

async function finish(
  exchange: Exchange,
  browser: { readonly state: Parameter; readonly binding: string | undefined },
): Promise<Finished> {
  const { config, query, instance } = exchange
  const who = await signedIn(exchange)
  try {
    const result = await config.operations.completeAuthorization({
      ...browser,
      code: parameter(query, 'code'),
      error: parameter(query, 'error'),
      iss: parameter(query, 'iss'),
      scope: parameter(query, 'scope'),
      account: who.account,
      mayConnect: account => who.known && (config.isMember?.(account) ?? true),
    })
    const page = acceptedReturnPage(result.returnTo, config)
    return { result: who.known ? resultOf(result) : 'failed', page }
  } catch (error) {
    const told = CalendarSyncError.is(error)
      ? { code: error.code }
      : { code: 'internal-error', ...traceOf(error) }
    config.runtime.logger.error('http-callback-failed', { instance: instance(), ...told })
    return { result: CalendarSyncError.is(error) && error.retryable ? 'try-again' : 'failed' }
  }
}

/** A state given twice is refused, and dead as well: without a binding each is spent and nothing else. */
async function spendEach({ config }: Exchange, states: Parameter): Promise<void> {
  const given = new Set(typeof states === 'string' ? [] : states)
  for (const state of [...given].filter(isSecret).slice(0, MAX_PENDING_PER_ACCOUNT))
    await config.operations.completeAuthorization({ state })
}

/** A host that cannot say who is there must not keep the state alive, nor let anybody connect. */
async function signedIn(
  exchange: Exchange,
): Promise<{ readonly known: boolean; readonly account?: AccountRef | undefined }> {
  try {
    return { known: true, account: await whoAsks(exchange) }
  } catch (error) {
    exchange.config.runtime.logger.error('http-callback-failed', {
      instance: exchange.instance(),
      code: 'authenticate-threw',
      ...traceOf(error),
    })
    return { known: false }
  }
}

function resultOf(result: AuthorizationResult): CallbackResult {
  if (result.kind !== 'invalid') return result.kind
  switch (result.reason) {
    case 'state-unknown':
      return 'already-used'
    case 'expired':
      return 'expired'
    case 'superseded':
    case 'code-refused':
    case 'google-refused':
      return 'try-again'
    default:
      return 'invalid'
  }
}

/** A parameter given twice is passed on as such: whoever reads it must not pick one. */
function parameter(query: URLSearchParams, name: string): Parameter {
  const values = query.getAll(name)
  return values.length > 1 ? values : values[0]
}
