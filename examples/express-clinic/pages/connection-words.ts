import type { ConnectionSummary } from 'google-calendar-sync'
import type { IconName } from './icon.ts'

interface Headline {
  readonly icon: IconName
  readonly text: string
  readonly more: string
  /** What the next step is. */
  readonly next?: 'connect' | 'reconnect'
}

const HEADLINES: Readonly<Record<ConnectionSummary['status'], Headline>> = {
  disconnected: {
    icon: 'off',
    text: 'Not connected',
    more: 'Your appointments are in this app only.',
    next: 'connect',
  },
  connecting: {
    icon: 'wait',
    text: 'Connecting',
    more: 'The calendar is being prepared. This takes a few seconds.',
  },
  active: {
    icon: 'check',
    text: 'Connected',
    more: 'Your appointments are kept in step with Google Calendar.',
  },
  limited: {
    icon: 'alert',
    text: 'Connected, but a permission is missing',
    more: 'In Google’s window the box for events was not ticked, so nothing can be written to your calendar. Connect again and leave every box ticked.',
    next: 'reconnect',
  },
  disabled: {
    icon: 'off',
    text: 'Sync is switched off',
    more: 'What is in your calendar stays as it is. Changes are kept and follow when you switch it on.',
  },
  needs_reauth: {
    icon: 'alert',
    text: 'Please connect again',
    more: 'Google no longer accepts the connection. That happens when access was withdrawn in the Google account, or was not used for half a year. Your settings are kept.',
    next: 'reconnect',
  },
  error: {
    icon: 'alert',
    text: 'Sync does not work just now',
    more: 'Nothing is lost: what changes here follows as soon as it works again.',
    next: 'reconnect',
  },
  paused: {
    icon: 'alert',
    text: 'Sync has stopped to be checked',
    more: 'Unusually many events would be removed or moved at once. Ask your administrator to look at it; nothing is removed before that.',
  },
  disconnecting: {
    icon: 'wait',
    text: 'Disconnecting',
    more: 'The events of this app are being removed from your calendar. You may close this page.',
  },
}

export function headlineOf({ status }: Pick<ConnectionSummary, 'status'>): Headline {
  return HEADLINES[status]
}
