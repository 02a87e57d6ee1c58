import { canonicalRecurrence } from './recurrence.ts'
import { cleanLine, cleanLines } from './text.ts'

/**
 * One form for what the app sends and for what Google answers, so that Google's own tidying (trimmed text, times
 * shown in another zone, reordered rules) is never taken for a change. `undefined` is "no value".
 */
export function canonicalField(name: string, fields: Readonly<Record<string, unknown>>): string | undefined {
  const value = fields[name]
  if (value === undefined || value === null || value === '') return undefined
  switch (name) {
    case 'summary':
    case 'location':
      return typeof value === 'string' ? emptyAsAbsent(cleanLine(value).normalize('NFC')) : unexpected(value)
    case 'description':
      return typeof value === 'string' ? emptyAsAbsent(canonicalHtml(value)) : unexpected(value)
    case 'start':
      return (
        canonicalTime(value) + (Array.isArray(fields.recurrence) ? seriesZone(value, fields.recurrence) : '')
      )
    case 'end':
      return canonicalTime(value)
    case 'recurrence':
      return isTexts(value) ? emptyAsAbsent(canonicalRecurrence(value)) : unexpected(value)
    case 'status':
      return value === 'confirmed' ? undefined : String(value)
    case 'attendees':
      return Array.isArray(value) ? emptyAsAbsent(canonicalGuests(value)) : unexpected(value)
    case 'reminders':
      return canonicalReminders(value)
    default:
      return typeof value === 'string' ? value : unexpected(value)
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&apos;': "'",
  '&nbsp;': ' ',
  '\u00a0': ' ',
}

/** `&lt;`, `&gt;` and `&amp;` stay: escaped text and markup are different values. */
function canonicalHtml(html: string): string {
  const plain = html
    .replace(/<br ?\/?>/gi, '\n')
    .replace(/&(?:quot|apos|nbsp|#34|#39);|\u00a0/g, found => ENTITIES[found] ?? found)
  return cleanLines(plain).normalize('NFC')
}

const WITH_OFFSET = /T.*(?:Z|[+-]\d{2}:\d{2})$/i
const UTC_NAMES = /^(?:Etc\/)?(?:UTC|GMT|UCT|Zulu|Universal|Greenwich)$/i

/** Google shows instants in the calendar's zone, so instants are compared, not their text. */
function canonicalTime(value: unknown): string {
  if (!isRecord(value)) return unexpected(value)
  if (typeof value.date === 'string') return `date ${value.date}`
  if (typeof value.dateTime !== 'string') return unexpected(value)
  const instant = WITH_OFFSET.test(value.dateTime) ? Date.parse(value.dateTime) : Number.NaN
  return Number.isNaN(instant)
    ? `wall ${value.dateTime} ${String(value.timeZone)}`
    : `instant ${Math.floor(instant / 1000)}`
}

/** The zone of a series decides when its occurrences are; that of a single event changes nothing. */
function seriesZone(value: unknown, recurrence: readonly unknown[]): string {
  if (recurrence.length === 0 || !isRecord(value) || typeof value.dateTime !== 'string') return ''
  const zone = String(value.timeZone)
  return ` in ${UTC_NAMES.test(zone) ? 'UTC' : zone}`
}

/** Answers, names and the organizer that Google adds are not the app's. */
function canonicalGuests(guests: readonly unknown[]): string {
  const emails = guests
    .filter(guest => isRecord(guest) && guest.organizer !== true && typeof guest.email === 'string')
    .map(guest => (guest as { readonly email: string }).email.toLowerCase())
  return [...new Set(emails)].sort().join('\n')
}

function canonicalReminders(value: unknown): string | undefined {
  if (!isRecord(value)) return unexpected(value)
  if (value.useDefault === true) return undefined
  const overrides = Array.isArray(value.overrides) ? value.overrides : []
  return `own ${overrides
    .map(override => (isRecord(override) ? `${String(override.method)} ${String(override.minutes)}` : '?'))
    .sort()
    .join(',')}`
}

function emptyAsAbsent(text: string): string | undefined {
  return text === '' ? undefined : text
}

function unexpected(value: unknown): string {
  return `other ${JSON.stringify(value)}`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
