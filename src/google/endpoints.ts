import { ConfigError } from '../errors.ts'

/** Where Google answers. Only tests and the fake change any of it. */
export interface GoogleEndpoints {
  readonly authorization: string
  readonly token: string
  readonly revoke: string
  /** The JSON Web Key Set. */
  readonly keys: string
  /** Origin of the Calendar API. The official client drops a path, so none is accepted. */
  readonly calendarRoot: string
}

/** https://developers.google.com/identity/protocols/oauth2/web-server and the Calendar discovery document. */
export const GOOGLE_ENDPOINTS: GoogleEndpoints = Object.freeze({
  authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
  revoke: 'https://oauth2.googleapis.com/revoke',
  keys: 'https://www.googleapis.com/oauth2/v3/certs',
  calendarRoot: 'https://www.googleapis.com/',
})

const GOOGLE_HOSTS: ReadonlySet<string> = new Set([
  'accounts.google.com',
  'oauth2.googleapis.com',
  'openidconnect.googleapis.com',
  'www.googleapis.com',
])

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Tokens and client data go to these addresses, so that an unknown host is refused before anything is sent. */
export function resolveEndpoints(given: Partial<GoogleEndpoints> = {}): GoogleEndpoints {
  const endpoints = { ...GOOGLE_ENDPOINTS, ...given }
  const issues = Object.keys(GOOGLE_ENDPOINTS).flatMap(name =>
    problemOf(name, endpoints[name as keyof GoogleEndpoints]),
  )
  if (issues.length > 0) throw new ConfigError(issues)
  return endpoints
}

function problemOf(name: string, value: string): string[] {
  const url = URL.parse(value)
  if (url === null) return [`google.endpoints.${name}: not a URL`]
  const trusted =
    (url.protocol === 'https:' && GOOGLE_HOSTS.has(url.hostname) && url.port === '') ||
    (url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname))
  if (!trusted) return [`google.endpoints.${name}: neither a Google host over https nor http on loopback`]
  if (url.username !== '' || url.password !== '' || url.hash !== '' || url.search !== '') {
    return [`google.endpoints.${name}: leave out user name, password, query and fragment`]
  }
  if (name === 'calendarRoot' && url.pathname !== '/') return [`google.endpoints.${name}: leave out the path`]
  return []
}
