import type { GoogleAttendee } from '../contracts/google-event.ts'
import { MAX_EMAIL } from './limits.ts'

// Letters of any script, and nothing that could end a header line.
const EMAIL = /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}$/u

/** The address without surrounding spaces, or `undefined` when it is none. */
export function readEmail(text: string): string | undefined {
  const address = text.replace(/^ +| +$/g, '')
  return address.length <= MAX_EMAIL && EMAIL.test(address) ? address : undefined
}

/** The first of those that differ by case only. */
export function uniqueGuests(guests: readonly GoogleAttendee[]): GoogleAttendee[] {
  const seen = new Set<string>()
  return guests.filter(({ email }) => {
    const key = email.toLowerCase()
    return !seen.has(key) && seen.add(key)
  })
}

/** What a guest answered is the guest's: a PATCH replaces the whole list. */
const ANSWER_FIELDS = ['responseStatus', 'comment', 'additionalGuests', 'optional', 'displayName'] as const

export function keepAnswers(
  wanted: readonly GoogleAttendee[],
  observed: readonly unknown[],
): GoogleAttendee[] {
  const known = new Map<string, Readonly<Record<string, unknown>>>()
  for (const guest of observed) {
    if (typeof guest !== 'object' || guest === null || !('email' in guest)) continue
    if (typeof guest.email === 'string') known.set(guest.email.toLowerCase(), { ...guest })
  }
  return wanted.map(guest => {
    const before = known.get(guest.email.toLowerCase())
    const kept = ANSWER_FIELDS.filter(name => before?.[name] !== undefined).map(name => [
      name,
      before?.[name],
    ])
    return { ...Object.fromEntries(kept), ...guest }
  })
}
