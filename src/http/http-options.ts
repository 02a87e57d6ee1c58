import { z } from 'zod'
import type { MaybePromise } from '../contracts/appointment-source.ts'
import type { AccountRef } from '../contracts/identity.ts'
import { pageUrl } from './return-page.ts'

/** What the host hands its handler besides the request: `{ req, res }` behind `./express` and `./node`. */
export type RequestContext = { readonly [name: string]: unknown }

/** Whether the account's user is (still) a member of its workspace. */
export type IsMember = (account: AccountRef) => MaybePromise<boolean>

// A method, so that a host may say in its parameter what its own context holds.
interface Host {
  authenticate(request: Request, context: RequestContext): MaybePromise<AccountRef | null | undefined>
}

/**
 * Who is signed in, from the host's own session or bearer token; `null` for nobody. Never from a parameter, a header
 * or a body that the client chooses freely.
 */
export type Authenticate = Host['authenticate']

/** What `sync.handler` needs to know of its host. */
export interface HttpOptions {
  /** Needed by `sync.handler`. On the callback it may answer `null`; when it answers there, it has to agree. */
  readonly authenticate?: Authenticate | undefined
  /** Asked on each request, and again before a consent is spent. Somebody who is none gets a 404. */
  readonly isMember?: IsMember | undefined
  /** Origins besides the redirect URI's whose pages may call the routes with cookies. */
  readonly allowedOrigins?: readonly string[] | undefined
  /**
   * Where the browser goes after the callback: an absolute path, or a URL of the redirect URI's origin or of an
   * allowed one. Default `/`. `google_calendar=<result>` is added to its query.
   */
  readonly settingsPage?: string | undefined
  /** Further pages, each in full, that a start may name as `return_to` besides paths of the own origin. */
  readonly returnPages?: readonly string[] | undefined
}

const ORIGIN = 'must be origins such as "https://app.example": scheme, host and port, nothing after them.'
const PAGES = 'must be absolute https URLs (http only on loopback) without credentials, each in full.'

const aFunction = (fix: string) => z.custom<never>(value => typeof value === 'function', fix)

/** Members of the options schema. */
export const httpOptionsShape = {
  authenticate: aFunction(
    'must be a function (request, context) => { workspaceId, userId } | null.',
  ).optional(),
  isMember: aFunction('must be a function (account) => boolean.').optional(),
  allowedOrigins: z.array(z.string(ORIGIN).refine(isOrigin, ORIGIN), ORIGIN).default([]),
  settingsPage: z.string('must be a path or a URL.').default('/'),
  returnPages: z.array(z.string(PAGES).refine(isPage, PAGES), PAGES).default([]),
}

/** What is wrong with the page where the callback ends, if anything is. */
export function settingsPageProblem(page: string, redirectUri: string, allowed: readonly string[]) {
  const own = new URL(redirectUri).origin
  if (pageUrl(page, own, [own, ...allowed])) return undefined
  return 'must be an absolute path, or a URL of the origin of google.redirectUri or of one in allowedOrigins.'
}

function isOrigin(value: string): boolean {
  return isPage(value) && new URL(value).origin === value
}

function isPage(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, username, password } = new URL(value)
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  return username === '' && password === '' && (protocol === 'https:' || (protocol === 'http:' && loopback))
}
