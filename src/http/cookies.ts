import { AUTHORIZATION_TTL_MS, MAX_PENDING_PER_ACCOUNT, stateTag } from '../oauth/index.ts'

const PREFIX = { secure: '__Host-gcs-', plain: 'gcs-' } as const

/** Browsers drop `__Host-` cookies on http, which only loopback may use. */
function prefixFor(origin: string): string {
  return origin.startsWith('https:') ? PREFIX.secure : PREFIX.plain
}

function attributesFor(origin: string): string {
  return `Path=/; ${origin.startsWith('https:') ? 'Secure; ' : ''}HttpOnly; SameSite=Lax`
}

/** Binds one authorization to the browser that started it. Each has a cookie of its own, so that tabs do not clash. */
export function bindingCookie(origin: string, state: string, binding: string): string {
  const maxAge = AUTHORIZATION_TTL_MS / 1_000
  return `${prefixFor(origin)}${stateTag(state)}=${binding}; ${attributesFor(origin)}; Max-Age=${maxAge}`
}

export function clearedCookie(origin: string, state: string): string {
  return cleared(origin, `${prefixFor(origin)}${stateTag(state)}`)
}

/** Given twice it is none: somebody else put one of them there. */
export function readBinding(request: Request, origin: string, state: string): string | undefined {
  const name = `${prefixFor(origin)}${stateTag(state)}`
  const values = cookiesOf(request).filter(cookie => cookie.name === name)
  return values.length === 1 ? values[0]?.value : undefined
}

/**
 * Cookies of starts so old that their pending authorizations have been evicted: a thousand starts must not fill the
 * browser's jar, where the host's own session lies. Browsers send the oldest first (RFC 6265 §5.4).
 */
export function clearedSurplus(request: Request, origin: string): readonly string[] {
  const form = new RegExp(`^${prefixFor(origin)}[0-9a-f]{8}$`)
  const names = [...new Set(cookiesOf(request).map(({ name }) => name))].filter(name => form.test(name))
  const surplus = names.slice(0, Math.max(0, names.length - (MAX_PENDING_PER_ACCOUNT - 1)))
  return surplus.map(name => cleared(origin, name))
}

function cleared(origin: string, name: string): string {
  return `${name}=; ${attributesFor(origin)}; Max-Age=0`
}

function cookiesOf(request: Request): readonly { readonly name: string; readonly value: string }[] {
  const pairs = (request.headers.get('cookie') ?? '').split(';')
  return pairs.flatMap(pair => {
    const at = pair.indexOf('=')
    return at < 0 ? [] : [{ name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }]
  })
}
