import { describe, expect, it } from 'vitest'
import {
  missingCalendarScopes,
  missingScopes,
  parseScopes,
  SCOPE_APP_CREATED,
  SCOPE_CALENDAR,
  SCOPE_EMAIL,
  SCOPE_EVENTS,
  SCOPE_EVENTS_OWNED,
  scopesFor,
} from '../../../src/oauth/index.ts'
import { isNarrower } from '../../../src/oauth/scopes.ts'

const EMAIL_LONG = 'https://www.googleapis.com/auth/userinfo.email'

describe('scopes', () => {
  it('asks for the least that works', () => {
    expect(scopesFor('primary')).toEqual(['openid', 'email', SCOPE_EVENTS_OWNED])
    expect(scopesFor('dedicated')).toEqual(['openid', 'email', SCOPE_APP_CREATED])
  })

  it('row 18: knows what was unticked', () => {
    expect(missingScopes(scopesFor('primary'), ['openid', EMAIL_LONG])).toEqual([SCOPE_EVENTS_OWNED])
    expect(missingScopes(scopesFor('primary'), ['openid', SCOPE_EVENTS_OWNED])).toEqual([SCOPE_EMAIL])
    expect(missingCalendarScopes('primary', [SCOPE_EVENTS_OWNED])).toEqual([])
    expect(missingCalendarScopes('dedicated', [SCOPE_EVENTS, SCOPE_EVENTS_OWNED])).toEqual([
      SCOPE_APP_CREATED,
    ])
  })

  it('a broader scope does as well, a read-only one does not', () => {
    for (const broader of [SCOPE_EVENTS, SCOPE_CALENDAR])
      expect(missingScopes([SCOPE_EVENTS_OWNED], [broader])).toEqual([])
    expect(missingScopes([SCOPE_APP_CREATED], [SCOPE_CALENDAR])).toEqual([])
    expect(missingScopes([SCOPE_EVENTS_OWNED], [`${SCOPE_EVENTS_OWNED}.readonly`])).toEqual([
      SCOPE_EVENTS_OWNED,
    ])
    expect(missingScopes([SCOPE_EVENTS], [SCOPE_EVENTS_OWNED])).toEqual([SCOPE_EVENTS])
    expect(missingScopes([EMAIL_LONG], ['email'])).toEqual([])
  })

  it('reads a scope list as Google writes it, case and all', () => {
    expect(parseScopes(` openid  ${EMAIL_LONG} openid `)).toEqual(['openid', EMAIL_LONG])
    expect(parseScopes('')).toEqual([])
    expect(missingScopes(['openid'], ['OpenID'])).toEqual(['openid'])
  })

  it('tells less from other', () => {
    expect(isNarrower(['openid'], [SCOPE_EVENTS_OWNED])).toBe(true)
    expect(isNarrower([SCOPE_EVENTS_OWNED], [SCOPE_EVENTS])).toBe(true)
    expect(isNarrower([SCOPE_EVENTS], [SCOPE_EVENTS_OWNED])).toBe(false)
    expect(isNarrower([SCOPE_APP_CREATED], [SCOPE_EVENTS_OWNED])).toBe(false)
    expect(isNarrower(['openid', SCOPE_EVENTS_OWNED], ['email', SCOPE_EVENTS_OWNED])).toBe(false)
  })
})
