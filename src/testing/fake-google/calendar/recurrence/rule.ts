/** A recurrence rule of RFC 5545, parsed. */
export interface Rule {
  readonly frequency: Frequency
  readonly interval: number
  readonly count: number | undefined
  readonly until: Moment | undefined
  readonly weekStart: number
  readonly byDay: readonly { readonly weekday: number; readonly nth: number }[]
  readonly byMonth: readonly number[]
  readonly byMonthDay: readonly number[]
  readonly byYearDay: readonly number[]
  readonly byWeekNo: readonly number[]
  readonly byHour: readonly number[]
  readonly byMinute: readonly number[]
  readonly bySecond: readonly number[]
  readonly bySetPos: readonly number[]
}

export type Frequency = (typeof FREQUENCIES)[number]

/** A point of a calendar text: a date, a wall time, or an instant in UTC. `ms` reads the digits as if in UTC. */
export interface Moment {
  readonly kind: 'date' | 'wall' | 'instant'
  readonly ms: number
}

export const FREQUENCIES = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const KNOWN =
  /^(FREQ|INTERVAL|COUNT|UNTIL|WKST|BYDAY|BYMONTH|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYHOUR|BYMINUTE|BYSECOND|BYSETPOS)$/
const MOMENT = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/

/** Undefined where the text is no rule. `text` is what follows `RRULE:`. */
export function parseRule(text: string): Rule | undefined {
  const parts = new Map<string, string>()
  for (const part of text.toUpperCase().replace(/;$/, '').split(';')) {
    const [name = '', value] = part.split('=')
    if (value === undefined || value === '' || !KNOWN.test(name) || parts.has(name)) return undefined
    parts.set(name, value)
  }
  const frequency = FREQUENCIES.find(name => name === parts.get('FREQ'))
  const until = parts.get('UNTIL')
  const weekStart = WEEKDAYS.indexOf(parts.get('WKST') ?? 'MO')
  if (!frequency || weekStart < 0 || (until !== undefined && parts.has('COUNT'))) return undefined
  const moment = until === undefined ? undefined : parseMoment(until)
  if (until !== undefined && !moment) return undefined
  const lists = readLists(parts)
  const byDay = readByDay(parts.get('BYDAY'))
  const interval = readCount(parts.get('INTERVAL'))
  const count = readCount(parts.get('COUNT'))
  if (!lists || !byDay || interval === null || count === null) return undefined
  return { frequency, interval: interval ?? 1, count, until: moment, weekStart, byDay, ...lists }
}

export function parseMoment(text: string): Moment | undefined {
  const [matched, year, month, day, hour, minute, second, zulu] = MOMENT.exec(text.toUpperCase()) ?? []
  if (matched === undefined) return undefined
  const iso = `${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}Z`
  const ms = Date.parse(iso)
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(iso.slice(0, 10))) return undefined
  return { kind: hour === undefined ? 'date' : zulu === 'Z' ? 'instant' : 'wall', ms }
}

/** Undefined where absent, null where wrong. */
function readCount(text: string | undefined): number | undefined | null {
  if (text === undefined) return undefined
  return /^\d{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : null
}

const RANGES = {
  byMonth: ['BYMONTH', 1, 12, false],
  byMonthDay: ['BYMONTHDAY', 1, 31, true],
  byYearDay: ['BYYEARDAY', 1, 366, true],
  byWeekNo: ['BYWEEKNO', 1, 53, true],
  byHour: ['BYHOUR', 0, 23, false],
  byMinute: ['BYMINUTE', 0, 59, false],
  bySecond: ['BYSECOND', 0, 59, false],
  bySetPos: ['BYSETPOS', 1, 366, true],
} as const

function readLists(parts: ReadonlyMap<string, string>): Record<keyof typeof RANGES, number[]> | undefined {
  const lists = {} as Record<keyof typeof RANGES, number[]>
  for (const [key, [name, min, max, negative]] of Object.entries(RANGES)) {
    const texts = parts.get(name)?.split(',') ?? []
    const numbers = texts.map(text => (/^[+-]?\d{1,3}$/.test(text) ? Number(text) : Number.NaN))
    const fits = (value: number) =>
      (value >= min && value <= max) || (negative && -value >= 1 && -value <= max)
    if (!numbers.every(fits)) return undefined
    lists[key as keyof typeof RANGES] = [...new Set(numbers)].sort((a, b) => a - b)
  }
  return lists
}

function readByDay(text: string | undefined): { weekday: number; nth: number }[] | undefined {
  const days: { weekday: number; nth: number }[] = []
  for (const item of text?.split(',') ?? []) {
    const [matched, nth, name = ''] = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/.exec(item) ?? []
    if (matched === undefined || Number(nth ?? 1) === 0 || Math.abs(Number(nth ?? 1)) > 53) return undefined
    days.push({ weekday: WEEKDAYS.indexOf(name), nth: Number(nth ?? 0) })
  }
  return days
}
