import type { z } from 'zod'
import type { ConnectionSummary } from '../../sync/connection-status.ts'
import type { AccountRoute } from '../exchange.ts'
import type { statusResponse } from '../schemas.ts'
import { optionalTime, timeText } from './times.ts'
import { acknowledgementsView, progressView, settingsView } from './views.ts'

export const status: AccountRoute = async (account, { config }) => {
  return { status: 200, body: view(await config.operations.status(account)) }
}

function view(summary: ConnectionSummary): z.output<typeof statusResponse> {
  const { cause, settings, calendar, hostedDomain, lastError, progress, massChange } = summary
  return {
    connected: summary.connected,
    enabled: summary.enabled,
    status: summary.status,
    ...(cause !== undefined && { cause }),
    ...(settings && { settings: settingsView(settings) }),
    acknowledgements: acknowledgementsView(summary.acknowledgements),
    ...(calendar && { calendar }),
    ...(hostedDomain !== undefined && { hosted_domain: hostedDomain }),
    ...optionalTime('connected_at', summary.connectedAt),
    ...optionalTime('last_sync_at', summary.lastSyncAt),
    last_sync_status: lastSyncStatus(summary),
    ...(lastError && { last_error: { code: lastError.code, at: timeText(lastError.at) } }),
    pending: summary.pending,
    failed: summary.failed,
    ...(progress && { progress: progressView(progress) }),
    ...(massChange && { mass_change: { ...massChange, at: timeText(massChange.at) } }),
    ...optionalTime('quota_paused_until', summary.quotaPausedUntil),
  }
}

/** What came last, an error of the account or an event written. */
function lastSyncStatus({ lastError, lastSyncAt }: ConnectionSummary): 'never' | 'ok' | 'failed' {
  if (lastError && lastError.at >= (lastSyncAt ?? 0)) return 'failed'
  return lastSyncAt === undefined ? 'never' : 'ok'
}
