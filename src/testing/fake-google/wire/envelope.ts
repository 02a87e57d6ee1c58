import { compact, type Json } from './json.ts'
import { Refusal, type Reply } from './reply.ts'

interface Place {
  readonly locationType?: string
  readonly location?: string
  readonly extendedHelp?: string
}

/** The envelope of Calendar's own errors: one-space indentation, no `status` key (observed). */
export function backendError(
  status: number,
  domain: string,
  reason: string,
  message: string,
  place: Place = {},
): Reply {
  const error = compact({ domain, reason, message, ...place })
  return { status, indent: 1, reason, json: { error: { errors: [error], code: status, message } } }
}

interface FrontEnd {
  readonly code: number
  readonly status: string
  readonly message: string
  readonly error: { readonly message: string; readonly domain: string; readonly reason: string } & Place
  readonly details?: Json
  readonly headers?: Readonly<Record<string, string>>
}

/** The envelope of Google's front end (auth, quota, service disabled): two spaces, with `status` (observed). */
export function frontEndError({ code, status, message, error, details, headers }: FrontEnd): Reply {
  const json = { error: compact({ code, message, errors: [compact({ ...error })], status, details }) }
  return { status: code, indent: 2, reason: error.reason, json, ...(headers ? { headers } : {}) }
}

export function refuse(
  status: number,
  domain: string,
  reason: string,
  message: string,
  place?: Place,
): never {
  throw new Refusal(backendError(status, domain, reason, message, place))
}

export const invalid = (message: string): never => refuse(400, 'global', 'invalid', message)
export const required = (message: string): never => refuse(400, 'global', 'required', message)
/** Malformed timestamps and the like get this bare form (observed). */
export const badRequest = (message = 'Bad Request'): never => refuse(400, 'global', 'badRequest', message)
export const parseError = (): never => refuse(400, 'global', 'parseError', 'Parse Error')
export const notFound = (): never => refuse(404, 'global', 'notFound', 'Not Found')

export function invalidParameter(parameter: string, message: string): never {
  return refuse(400, 'global', 'invalidParameter', message, {
    locationType: 'parameter',
    location: parameter,
  })
}
