import { MAX_INTERVAL, MAX_OCCURRENCES, MAX_RECURRENCE_CHARS } from './limits.ts'

const LINE = /^(RRULE|EXRULE|RDATE|EXDATE)((?:;[A-Z-]+=[^;:,]+)*):(\S+)$/i
const PART = /^([A-Z-]+)=([A-Z0-9,+-]+)$/
const FREQUENCIES = new Set(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'])
const DATE = /^\d{8}$/
const DATE_TIME = /^\d{8}T\d{6}Z?$/
const UNTIL = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z)?$/
const DAY = 86_400_000

type RuleParts = ReadonlyMap<string, string>

/** What is wrong with the lines, without their contents. Google has the last word on what a rule means. */
export function recurrenceProblems(lines: readonly string[], allDay: boolean): string[] {
  const problems: string[] = []
  if (lines.length === 0) return problems
  if (lines.reduce((sum, line) => sum + line.length, 0) > MAX_RECURRENCE_CHARS)
    return ['recurrence: is too long']
  let repeats = false
  lines.forEach((line, index) => {
    const problem = problemOf(line, allDay)
    if (problem !== undefined) problems.push(`recurrence.${index}: ${problem}`)
    if (/^(?:RRULE|RDATE)\b/i.test(line)) repeats = true
  })
  if (!repeats) problems.push('recurrence: needs an RRULE or an RDATE')
  return problems
}

function problemOf(line: string, allDay: boolean): string | undefined {
  const match = LINE.exec(line)
  if (match?.[1] === undefined || match[3] === undefined) {
    return 'must be one RRULE, EXRULE, RDATE or EXDATE line, without DTSTART'
  }
  return /RULE$/i.test(match[1]) ? ruleProblem(match[3], allDay) : datesProblem(match[3], allDay)
}

function ruleProblem(value: string, allDay: boolean): string | undefined {
  const parts = partsOf(value)
  if (parts === undefined) return 'has parts that cannot be read'
  if (!FREQUENCIES.has(parts.get('FREQ') ?? '')) return 'FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY'
  if (parts.has('COUNT') && parts.has('UNTIL')) return 'COUNT and UNTIL exclude each other'
  if (!isCount(parts.get('COUNT'), MAX_OCCURRENCES)) return `COUNT must be from 1 to ${MAX_OCCURRENCES}`
  if (!isCount(parts.get('INTERVAL'), MAX_INTERVAL)) return `INTERVAL must be from 1 to ${MAX_INTERVAL}`
  const until = parts.get('UNTIL')
  if (until === undefined) return undefined
  if (Number.isNaN(untilInstant(until))) return 'UNTIL must be a date, or a time in UTC'
  return allDay && !DATE.test(until) ? 'UNTIL must be a date, since the appointment is all-day' : undefined
}

function datesProblem(value: string, allDay: boolean): string | undefined {
  const shape = allDay ? DATE : DATE_TIME
  if (value.split(',').every(item => shape.test(item))) return undefined
  return allDay ? 'must hold dates such as 20260504' : 'must hold times such as 20260504T090000Z'
}

/**
 * Epoch ms before which the last occurrence has ended, or infinite. A bound, not the exact end: rules are not
 * expanded.
 */
export function seriesEndsBy(lines: readonly string[], startsAt: number, endsAt: number): number {
  let latest = endsAt
  for (const line of lines) {
    const match = LINE.exec(line)
    const name = match?.[1]?.toUpperCase()
    if (name === 'RDATE') return Number.POSITIVE_INFINITY
    if (name !== 'RRULE' || match?.[3] === undefined) continue
    const last = lastStart(partsOf(match[3]), startsAt)
    latest = Math.max(latest, last + (endsAt - startsAt))
  }
  return latest
}

function lastStart(parts: RuleParts | undefined, startsAt: number): number {
  const until = parts?.get('UNTIL')
  // A date means the end of that day, in whatever zone.
  if (until !== undefined) return untilInstant(until) + (DATE.test(until) ? 2 * DAY : 0)
  const count = parts?.get('COUNT')
  const period = { DAILY: DAY, WEEKLY: 7 * DAY }[parts?.get('FREQ') ?? '']
  const filtered = [...(parts?.keys() ?? [])].some(
    key => key.startsWith('BY') && !(key === 'BYDAY' && parts?.get('FREQ') === 'WEEKLY'),
  )
  if (count === undefined || period === undefined || filtered) return Number.POSITIVE_INFINITY
  // One period more: BYDAY may leave out days of the first week, and a change of the clock shifts an hour.
  return startsAt + Number(count) * Number(parts?.get('INTERVAL') ?? 1) * period
}

/** Order and defaults removed, since Google reorders the parts of a rule. */
export function canonicalRecurrence(lines: readonly string[]): string {
  const found = new Set<string>()
  for (const line of lines) {
    const match = LINE.exec(line.trim())
    const [, name = '', params = '', value = ''] = match ?? []
    if (match === null) found.add(line.trim())
    else if (/RULE$/i.test(name)) found.add(`${name.toUpperCase()}:${canonicalRule(value)}`)
    else
      for (const item of value.split(','))
        found.add(`${name.toUpperCase()}${canonicalParams(params)}:${item}`)
  }
  return [...found].sort().join('\n')
}

function canonicalRule(value: string): string {
  const kept = value
    .toUpperCase()
    .split(';')
    .filter(part => part !== '' && part !== 'INTERVAL=1' && part !== 'WKST=MO')
  return kept
    .map(part => (part.startsWith('BY') ? `${part.slice(0, part.indexOf('=') + 1)}${sortList(part)}` : part))
    .sort()
    .join(';')
}

function sortList(part: string): string {
  return part
    .slice(part.indexOf('=') + 1)
    .split(',')
    .sort()
    .join(',')
}

function canonicalParams(params: string): string {
  const kept = params.split(';').filter(param => param !== '' && param.toUpperCase() !== 'VALUE=DATE-TIME')
  return kept
    .sort()
    .map(param => `;${param}`)
    .join('')
}

function partsOf(value: string): RuleParts | undefined {
  const parts = new Map<string, string>()
  for (const part of value.toUpperCase().replace(/;$/, '').split(';')) {
    const match = PART.exec(part)
    if (match?.[1] === undefined || match[2] === undefined || parts.has(match[1])) return undefined
    parts.set(match[1], match[2])
  }
  return parts
}

function isCount(value: string | undefined, max: number): boolean {
  return value === undefined || (/^\d{1,6}$/.test(value) && Number(value) >= 1 && Number(value) <= max)
}

function untilInstant(value: string): number {
  const match = UNTIL.exec(value)
  if (match === null) return Number.NaN
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = match
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
