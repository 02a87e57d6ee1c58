const PREFIX = 'https://www.googleapis.com/auth/'
const EMAIL = `${PREFIX}userinfo.email`
const PROFILE = `${PREFIX}userinfo.profile`
const SIGN_IN = new Set(['openid', 'email', 'profile', EMAIL, PROFILE])

/** Scopes of signing in; the consent page has no tick box for them. */
export function isSignIn(scope: string): boolean {
  return SIGN_IN.has(scope)
}

export function isKnownScope(scope: string): boolean {
  return (
    SIGN_IN.has(scope) || (scope.startsWith(PREFIX) && /^[a-z0-9._/-]+$/.test(scope.slice(PREFIX.length)))
  )
}

/** Tokens name `email` and `profile` by their long form (observed). */
export function canonicalScope(scope: string): string {
  if (scope === 'email') return EMAIL
  return scope === 'profile' ? PROFILE : scope
}

export function canonicalScopes(scopes: Iterable<string>): string[] {
  return [...new Set([...scopes].map(canonicalScope))]
}

export const coversEmail = (scopes: ReadonlySet<string>): boolean => scopes.has(EMAIL)
export const coversProfile = (scopes: ReadonlySet<string>): boolean => scopes.has(PROFILE)

export function splitScopes(text: string | null | undefined): string[] {
  return (text ?? '').split(/\s+/).filter(scope => scope !== '')
}
