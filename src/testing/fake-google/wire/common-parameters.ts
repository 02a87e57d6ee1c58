import type { Call } from './call.ts'
import { invalidParameter } from './envelope.ts'

/** Calendar API, "Manage quotas". */
export const MAX_QUOTA_USER = 40

/** Parameters that every method takes. That a bad one is refused, and in which words, is inferred from others. */
export function checkCommonParameters({ query }: Call): void {
  const alt = query.get('alt')
  if (alt && alt !== 'json') {
    const message = `Invalid value '${alt}'. Values must match the following regular expression: 'json'`
    invalidParameter('alt', message)
  }
  if ((query.get('quotaUser') ?? '').length > MAX_QUOTA_USER)
    invalidParameter('quotaUser', `Invalid value for: quotaUser. At most ${MAX_QUOTA_USER} characters.`)
}
