import type { FakeGoogleProcess, ReportRow } from '../express-clinic/fake-google.ts'

/** Shares of the requests that go wrong, and how. Together about a quarter. */
const OF_ALL = {
  internalError: 0.02,
  serviceUnavailableHtml: 0.02,
  badGateway: 0.015,
  rateLimited: 0.015,
  rateLimitExceeded: 0.015,
  authError: 0.01,
  timeoutBeforeCommit: 0.02,
  timeoutAfterCommit: 0.025,
  resetBeforeCommit: 0.015,
  resetAfterCommit: 0.02,
  slow: 0.04,
  truncated: 0.02,
}

export async function faultsOn(google: FakeGoogleProcess): Promise<void> {
  // Long enough to be a timeout, short enough to watch.
  await google.control('set-switches', { lostAnswerAfterMs: 700 })
  await google.control('random-faults', { rates: OF_ALL, delayMs: 400, match: { method: 'events.*' } })
  await google.control('random-faults', {
    rates: { rateLimited: 0.015 },
    retryAfter: 1,
    match: { method: 'events.*' },
  })
  const late = {
    rates: { lateCommit: 0.02 },
    delayMs: 1_500,
    match: { method: ['events.insert', 'events.patch'] },
  }
  await google.control('random-faults', late)
  await google.control('random-faults', {
    rates: { serviceUnavailable: 0.1 },
    match: { method: 'oauth.token' },
  })
}

export async function faultsOff(google: FakeGoogleProcess): Promise<void> {
  await google.control('clear-faults')
}

/** `503 × 12, no answer × 9, …`, most frequent first. */
export function describeFaults(rows: readonly ReportRow[]): string {
  const counts = new Map<string, number>()
  for (const { status, reason, delivery, count } of rows) {
    const name = nameOf(status, reason, delivery)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + count)
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1])
  return sorted.map(([name, count]) => `${name} × ${count}`).join(', ') || 'none'
}

function nameOf(status: number, reason: string | undefined, delivery: string): string | undefined {
  if (delivery === 'lost') return status === 0 ? 'timeout' : 'carried out, answer lost'
  if (delivery === 'reset') return status === 0 ? 'connection reset' : 'carried out, connection reset'
  if (delivery === 'late') return 'carried out late'
  return status >= 400 ? `${status} ${reason ?? ''}`.trim() : undefined
}
