import type { Coverage } from './coverage.ts'
import { REFUSALS, STORE_FAULTS, TOKEN_REFUSALS, WIRE_FAULTS } from './faults.ts'

/** Each fault at each of these awaits, at least so often in a long run. */
const LEAST = 10

const STORE_SITES = [
  'claims.claim',
  'claims.renew',
  'claims.finish',
  'marks.insert',
  'marks.dueRefs',
  'marks.dueBulk',
  'marks.dueBulkAccounts',
  'marks.ofRef',
  'marks.bringForward',
  'links.write-intent-insert',
  'links.write-intent-update',
  'links.write-intent-revive',
  'links.write-intent-delete',
  'links.write-known',
  'links.remove',
  'links.ofRef',
  'links.page',
  'links.stale',
  'links.rewrite',
  'links.summary',
  'connections.get',
  'connections.update',
  'connections.due',
  'connections.existsIn',
  'connections.bySubject',
  'findings.add',
  'findings.count',
  'findings.clear',
  'leases.acquire',
  'leases.release',
  'identityKey.get',
  'pendingAuthorizations.put',
  'pendingAuthorizations.take',
  'tokens.get',
  'tokens.put',
  'source.get',
  'source.changes',
  'queue.enqueue',
] as const

const API_SITES = [
  'events.insert',
  'events.patch',
  'events.update',
  'events.delete',
  'events.get',
  'events.list',
] as const
const OAUTH_SITES = ['oauth.token', 'oauth.code'] as const

/** Paths that no hand-written test should be the only one to take. */
const RARE_PATHS = [
  'events.insert 409',
  'links.write-intent-revive',
  'events.update ok',
  'generation raised',
  'events.patch 412',
  'events.delete 412',
  'refused fence',
  'refused epoch',
  'refused settings',
  'finish refused',
  'mark waits: late-write',
  'mark waits: held',
  'several open intents',
  'token put lost the race',
  'issue mass-change',
  'adopted by repair',
  'issue cannot-remove',
  'issue overwritten',
  'issue restored',
  'issue field-kept',
  'issue foreign-event',
  'issue quota-paused',
  'status needs_reauth',
  'status error',
  'status paused',
  'status disconnected',
  'clients mailed',
  'budget nearly spent',
  'calendars.insert ok',
] as const

export function coverageReport(coverage: Coverage) {
  const { faults, paths } = coverage
  const wanted = [
    ...STORE_SITES.flatMap(site => STORE_FAULTS.map(fault => `${site} ${fault}`)),
    ...[...API_SITES, ...OAUTH_SITES].flatMap(site => WIRE_FAULTS.map(fault => `${site} ${fault}`)),
    ...API_SITES.flatMap(site => REFUSALS.map(fault => `${site} ${fault}`)),
    ...TOKEN_REFUSALS.map(fault => `oauth.token ${fault}`),
    'queue.enqueue lost',
    'queue.enqueue doubled',
  ]
  const thin = wanted
    .filter(key => (faults.get(key) ?? 0) < LEAST)
    .map(key => `${key} (${faults.get(key) ?? 0} of ${LEAST})`)
  const untrodden = RARE_PATHS.filter(path => !paths.has(path)).map(path => `the path "${path}"`)
  const lines = [...faults, ...paths].map(([key, count]) => `${String(count).padStart(9)} ${key}`).sort()
  const summary = {
    faultPoints: wanted.length,
    hit: wanted.length - thin.length,
    rarePaths: RARE_PATHS.length,
  }
  return { summary, thin, untrodden, lines }
}
