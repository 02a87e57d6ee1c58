const MAX_LENGTH = 2_048
/** Backslashes, blanks and controls: what browsers drop or turn into a slash on their way to another host. */
const UNSAFE = /[\\\s\p{Cc}]/u
/** A second slash, encoded or not, makes a host of what follows, here or behind a proxy that decodes. */
const HOST_LIKE = /^\/(?:\/|%2f|%5c)/i

/** The page as a URL, when it is a safe path of the own origin or a URL of one of the `origins`. */
export function pageUrl(page: string, ownOrigin: string, origins: readonly string[]): URL | undefined {
  if (page.length > MAX_LENGTH || UNSAFE.test(page)) return undefined
  const isPath = page.startsWith('/')
  if (isPath ? HOST_LIKE.test(page) || !URL.canParse(page, ownOrigin) : !URL.canParse(page)) return undefined
  const url = new URL(page, ownOrigin)
  if (url.href.length > MAX_LENGTH || url.username !== '' || url.password !== '') return undefined
  if (!origins.includes(url.origin) || (isPath && url.origin !== ownOrigin)) return undefined
  // Looked at again after dot segments are gone: `/.//evil.example` is `//evil.example` by now.
  return HOST_LIKE.test(url.pathname) ? undefined : url
}

export interface ReturnRules {
  readonly origin: string
  readonly basePath: string
  readonly returnPages: ReadonlySet<string>
}

/** What a start may name as its return page; `undefined` for all else, and the settings page is taken. */
export function acceptedReturnPage(
  page: string | undefined,
  { origin, basePath, returnPages }: ReturnRules,
): string | undefined {
  if (page === undefined || returnPages.has(page)) return page
  if (!page.startsWith('/')) return undefined
  const url = pageUrl(page, origin, [origin])
  if (url === undefined || url.pathname === `${basePath}/callback`) return undefined
  return `${url.pathname}${url.search}${url.hash}`
}

/** The page with the plain result in its query; absolute, so that nothing about it is left to the browser. */
export function withResult(page: string, origin: string, result: string): string {
  const url = new URL(page, origin)
  url.searchParams.set('google_calendar', result)
  return url.href
}
