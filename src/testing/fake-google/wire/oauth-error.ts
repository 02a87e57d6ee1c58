import type { Reply } from './reply.ts'

/** The OAuth endpoints' error body. */
export function oauthError(status: number, error: string, description?: string, subtype?: string): Reply {
  const json = {
    error,
    ...(description === undefined ? {} : { error_description: description }),
    ...(subtype === undefined ? {} : { error_subtype: subtype }),
  }
  return { status, json, indent: 2, reason: error }
}
