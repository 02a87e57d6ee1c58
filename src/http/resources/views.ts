import type { z } from 'zod'
import type { Acknowledgement, ConnectionSettings, SensitiveSetting } from '../../contracts/settings.ts'
import type { ConnectionSummary } from '../../sync/connection-status.ts'
import type { SensitiveSettingName, settingsResponse, syncResponse } from '../schemas.ts'
import { optionalTime, timeText } from './times.ts'

const NAMES: Readonly<Record<SensitiveSetting, SensitiveSettingName>> = {
  includeClientNames: 'include_client_names',
  includeNotes: 'include_notes',
  notifyClients: 'notify_clients',
}

export const SETTINGS: Readonly<Record<SensitiveSettingName, SensitiveSetting>> = {
  include_client_names: 'includeClientNames',
  include_notes: 'includeNotes',
  notify_clients: 'notifyClients',
}

type SettingsResponse = z.output<typeof settingsResponse>

export function settingsView(settings: ConnectionSettings): SettingsResponse['settings'] {
  return {
    enabled: settings.enabled,
    include_client_names: settings.includeClientNames,
    include_notes: settings.includeNotes,
    notify_clients: settings.notifyClients,
  }
}

export function acknowledgementsView(
  given: readonly Acknowledgement[],
): SettingsResponse['acknowledgements'] {
  return given.map(({ setting, textId, userId, at }) => ({
    setting: NAMES[setting],
    text_id: textId,
    user_id: userId,
    at: timeText(at),
  }))
}

export function progressView(
  progress: NonNullable<ConnectionSummary['progress']>,
): NonNullable<z.output<typeof syncResponse>['progress']> {
  const { kind, startedAt, checked, marked, finishedAt } = progress
  return {
    kind,
    started_at: timeText(startedAt),
    checked,
    marked,
    ...optionalTime('finished_at', finishedAt),
  }
}
