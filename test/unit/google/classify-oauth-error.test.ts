import { describe, expect, it } from 'vitest'
import { classifyOAuth, type OAuthFailureKind } from '../../../src/google/classify-oauth-error.ts'

const classify = (status: number, body: unknown) => classifyOAuth({ status, headers: {}, body })

describe('token endpoint (google-facts §3.1)', () => {
  const rows: [number, string, string, OAuthFailureKind][] = [
    [400, 'invalid_grant', 'Token has been expired or revoked.', 'invalid-grant'],
    [400, 'invalid_grant', 'Bad Request', 'invalid-grant'],
    [400, 'invalid_grant', 'Malformed auth code.', 'invalid-grant'],
    [400, 'invalid_grant', 'Invalid code verifier.', 'invalid-grant'],
    [400, 'invalid_grant', 'The account has been deleted', 'invalid-grant'],
    [400, 'redirect_uri_mismatch', 'Bad Request', 'misconfigured'],
    [401, 'unauthorized_client', 'Unauthorized', 'misconfigured'],
    [401, 'invalid_client', 'Unauthorized', 'misconfigured'],
    [401, 'invalid_client', 'The OAuth client was not found.', 'misconfigured'],
    [401, 'deleted_client', 'The OAuth client was deleted.', 'misconfigured'],
    [401, 'disabled_client', 'The OAuth client was disabled.', 'misconfigured'],
    [400, 'invalid_request', 'Could not determine client ID from request.', 'misconfigured'],
    [400, 'invalid_scope', 'Bad Request', 'misconfigured'],
    [400, 'unsupported_grant_type', 'Invalid grant_type: x', 'misconfigured'],
    [400, 'admin_policy_enforced', '', 'refused'],
    [403, 'access_denied', '', 'refused'],
    [400, 'invalid_token', 'Token expired or revoked', 'refused'],
    [403, 'rate_limit_exceeded', '', 'transient'],
    [429, 'invalid_grant', '', 'transient'],
    [500, 'internal_failure', '', 'transient'],
    [503, 'temporarily_unavailable', '', 'transient'],
    [500, 'invalid_grant', '', 'transient'],
    [400, 'something_new', '', 'transient'],
  ]
  it.each(rows)('%i %s (%s) is %s', (status, error, error_description, kind) => {
    expect(classify(status, { error, error_description })).toEqual({ kind, status, reason: error })
  })

  it('tells the subtype', () => {
    expect(classify(400, { error: 'invalid_grant', error_subtype: 'invalid_rapt' })).toMatchObject({
      kind: 'invalid-grant',
      subtype: 'invalid_rapt',
    })
  })

  it.each([
    ['<html>', 400],
    [undefined, 502],
    [null, 404],
    [{ error: { code: 500 } }, 500],
    [{ error: 'a user@example.com' }, 400],
    [undefined, 302],
  ])('%j is transient', (body, status) => {
    expect(classify(status, body)).toEqual({ kind: 'transient', status, reason: `http-${status}` })
  })

  it('leaves a 2xx alone', () => {
    expect(classify(200, {})).toBeUndefined()
  })
})
