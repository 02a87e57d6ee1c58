const REFUSED = 'Google refused this appointment. Change it, or try again.'

/** Codes of the library, and Google's own reasons, in the words of this clinic. */
const CAUSES: Readonly<Record<string, string>> = {
  network: 'Google could not be reached. It is tried again by itself.',
  rate: 'Google asked us to slow down. It is tried again by itself.',
  server: 'Google had a problem. It is tried again by itself.',
  'late-write':
    'Google did not answer. We make sure that nothing is written twice; this takes up to five minutes.',
  paused: 'Google asked for a longer pause. It goes on by itself.',
  held: 'It looks unusual, so it is counted with others for a minute before it goes on.',
  other: 'Something went wrong. It is tried again by itself.',
  authError: 'Google did not accept the access. It is tried again by itself.',
  'scopes-missing':
    'You did not allow everything the calendar needs. Connect again and leave every box ticked.',
  invalid_grant: 'Google no longer accepts the connection. Connect again.',
  'token-missing': 'The connection is no longer stored. Connect again.',
  'reauth-required': 'Google no longer accepts the connection. Connect again.',
  'calendar-gone': 'The calendar was deleted in Google. Choose another, or connect again.',
  misconfiguration: 'Google refuses this app. Its operator has been told.',
  'google-misconfigured': 'Google refuses this app. Its operator has been told.',
  'google-unavailable': 'Google could not be reached. It is tried again by itself.',
  'google-rate-limited': 'Google asked us to slow down. It is tried again by itself.',
  'google-calendar-gone': 'The calendar was deleted in Google. Choose another, or connect again.',
  'mass-change': 'Many events would be removed or moved at once, so sync stopped to be checked.',
  quota: 'Google’s limit for your account is reached. It goes on by itself.',
  'appointment-invalid':
    'Something in the appointment does not fit into a calendar. Check its times and its time zone.',
  'appointment-refused': REFUSED,
  forbidden: REFUSED,
  forbiddenForNonOrganizer: REFUSED,
  requiredAccessLevel: REFUSED,
  invalid: REFUSED,
  badRequest: REFUSED,
  'foreign-event': 'Another event sits in its place. It gets a new one.',
  'cannot-remove': 'The event should go from your calendar and cannot. Connect again.',
  'sealed-with-unknown-key': 'A key of this app is missing. Its operator has been told.',
  'sealed-value-damaged': 'The stored connection is damaged. Connect again.',
}

export function causeInWords(code: string | undefined): string | undefined {
  if (code === undefined) return undefined
  return CAUSES[code] ?? `It did not work (${code}).`
}

const RESULTS: Readonly<Record<string, string>> = {
  connected: 'Google Calendar is connected. Your appointments follow.',
  limited:
    'Google Calendar is connected, but a permission that it needs was left out. Connect again and leave every box ticked.',
  denied: 'Nothing was connected: access was not allowed in Google’s window.',
  'no-refresh-token': 'Google did not give lasting access. Connect again.',
  'different-account': 'That is another Google account than the one that is connected. Disconnect first.',
  disconnecting: 'The old connection is still being removed. Try again in a minute.',
  'already-used': 'Google’s answer had been used already. Below is how it stands now.',
  expired: 'Google’s window was open for too long. Connect again.',
  'try-again': 'Google could not be reached just now. Connect again.',
}

export function resultInWords(code: string): string {
  return RESULTS[code] ?? `Connecting did not work (${code}). Try again.`
}

export function isGoodResult(code: string): boolean {
  return code === 'connected'
}
