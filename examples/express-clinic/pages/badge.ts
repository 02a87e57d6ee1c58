import type { AppointmentStatus } from 'google-calendar-sync'
import { type Html, html } from './html.ts'
import { type IconName, icon } from './icon.ts'
import { causeInWords } from './words.ts'

type Status = AppointmentStatus['status'] | 'unknown'

const BADGES: Readonly<Record<Status, readonly [IconName, string]>> = {
  synced: ['check', 'Synced'],
  pending: ['wait', 'Pending'],
  failed: ['alert', 'Failed'],
  conflict: ['split', 'Conflict'],
  'out-of-window': ['past', 'Too far in the past'],
  'not-connected': ['off', 'Not connected'],
  disabled: ['off', 'Sync is off'],
  unknown: ['question', 'Not known just now'],
}

export function badge(status: Status): Html {
  const [name, text] = BADGES[status]
  return html`<span class="badge ${status}" data-status="${status}">${icon(name)} ${text}</span>`
}

/** Why it stands as it does, where there is more to say than the badge does. */
export function reason({ status, cause }: Pick<AppointmentStatus, 'status' | 'cause'>): string | undefined {
  if (status === 'conflict') return 'It was changed here and in Google. Save it again to decide.'
  if (status === 'failed') return causeInWords(cause) ?? 'It did not work.'
  return status === 'pending' ? causeInWords(cause) : undefined
}

export function mayRetry({ status, cause }: Pick<AppointmentStatus, 'status' | 'cause'>): boolean {
  return status === 'failed' || (status === 'pending' && cause !== undefined)
}
