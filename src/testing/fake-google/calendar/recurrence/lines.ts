import { type Moment, parseMoment, parseRule, type Rule } from './rule.ts'

/** The lines of `recurrence`, parsed. */
export interface RecurrenceLines {
  readonly rules: readonly Rule[]
  readonly exRules: readonly Rule[]
  readonly dates: readonly ZonedMoment[]
  readonly exDates: readonly ZonedMoment[]
}

export interface ZonedMoment extends Moment {
  /** Of a wall time; that of the series when absent. */
  readonly zone: string | undefined
}

const LINE = /^(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:]*)?):(.*)$/is

/** Undefined where a line is wrong. DTSTART and DTEND are not allowed here (Calendar API, "Events"). */
export function parseLines(
  lines: readonly string[],
  isZone: (zone: string) => boolean,
): RecurrenceLines | undefined {
  const rules: Rule[] = []
  const exRules: Rule[] = []
  const dates: ZonedMoment[] = []
  const exDates: ZonedMoment[] = []
  for (const line of lines) {
    const [, name = '', parameters = '', value = ''] = LINE.exec(line) ?? []
    switch (name.toUpperCase()) {
      case 'RRULE':
      case 'EXRULE': {
        const rule = parameters === '' ? parseRule(value) : undefined
        if (!rule) return undefined
        ;(name.toUpperCase() === 'RRULE' ? rules : exRules).push(rule)
        break
      }
      case 'RDATE':
      case 'EXDATE': {
        const moments = parseMoments(parameters, value, isZone)
        if (!moments) return undefined
        ;(name.toUpperCase() === 'RDATE' ? dates : exDates).push(...moments)
        break
      }
      default:
        return undefined
    }
  }
  return { rules, exRules, dates, exDates }
}

const PARAMETERS = /^(;(TZID=[^;:]+|VALUE=(DATE|DATE-TIME|PERIOD)))*$/i

/**
 * Whether dates and times are written as documented (Calendar API, "Events", "Recurring events"): of an all-day
 * event as dates and named so, of another as times, its `UNTIL` in UTC.
 */
export function hasDocumentedForm(
  lines: readonly string[],
  { rules, exRules, dates, exDates }: RecurrenceLines,
  allDay: boolean,
): boolean {
  const untils = [...rules, ...exRules].flatMap(({ until }) => until ?? [])
  if (!untils.every(({ kind }) => kind === (allDay ? 'date' : 'instant'))) return false
  if (![...dates, ...exDates].every(({ kind }) => (kind === 'date') === allDay)) return false
  return lines.every(line => {
    const [, name = '', parameters = ''] = LINE.exec(line) ?? []
    if (/RULE/i.test(name)) return true
    return PARAMETERS.test(parameters) && /;VALUE=DATE(;|$)/i.test(parameters) === allDay
  })
}

function parseMoments(
  parameters: string,
  value: string,
  isZone: (zone: string) => boolean,
): ZonedMoment[] | undefined {
  const zone = /;TZID=([^;:]+)/i.exec(parameters)?.[1]
  if (zone !== undefined && !isZone(zone)) return undefined
  const moments: ZonedMoment[] = []
  // A period counts by its start.
  for (const text of value.split(',')) {
    const moment = parseMoment(text.split('/')[0] ?? '')
    if (!moment) return undefined
    moments.push({ ...moment, zone })
  }
  return moments
}
