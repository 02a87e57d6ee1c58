/** `path` is the text before the query, as it was given: parsing would tidy it up. */
interface Parts {
  readonly uri: string
  readonly path: string
  readonly url: URL
}

const USERINFO = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i
const TRAVERSAL = /(?:[/\\]|%2f|%5c)(?:\.|%2e){2}/i
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/
const RAW_IP = /^(?:\d+(?:\.\d+){3}|\[.*\])$/
const ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]*:)?(?:\/\/|\\\\)/i

/** What an address must be, and when it is not. */
const RULES: readonly (readonly [must: string, isBroken: (parts: Parts) => boolean])[] = [
  ['have no wildcard', ({ uri }) => uri.includes('*')],
  ['have no fragment', ({ uri }) => uri.includes('#')],
  ['have no user name or password', ({ uri }) => USERINFO.test(uri)],
  ['have no path traversal', ({ path }) => TRAVERSAL.test(path)],
  ['be https, except on localhost', ({ url }) => url.protocol !== 'https:' && !isLocal(url)],
  ['have a name for its host, except on localhost', ({ url }) => RAW_IP.test(url.hostname) && !isLocal(url)],
  ['have a host under a public suffix', ({ url }) => !/[^.]\.[^.]/.test(url.hostname) && !isLocal(url)],
  ['not be of googleusercontent.com', ({ url }) => /(?:^|\.)googleusercontent\.com\.?$/.test(url.hostname)],
  ['have no address in its query', ({ url }) => [...url.searchParams.values()].some(v => ADDRESS.test(v))],
]

/**
 * Google, "OAuth for web servers", on the redirect URIs of a web client: the first rule that this one breaks, as
 * what it "must", or undefined. Any suffix passes for a public one, so that tests can use `.example`.
 */
export function brokenRedirectRule(uri: string): string | undefined {
  if (!URL.canParse(uri)) return 'be an absolute URL'
  const [path = ''] = uri.split('?')
  const parts = { uri, path, url: new URL(uri) }
  return RULES.find(([, isBroken]) => isBroken(parts))?.[0]
}

function isLocal({ protocol, hostname }: URL): boolean {
  return (protocol === 'http:' || protocol === 'https:') && LOOPBACK.test(hostname)
}
