import type { Rule } from './rule.ts'

/** Days since 1970-01-01; Sunday is weekday 0. */
export const DAY = 86_400_000
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7
export const dayNumber = (year: number, month: number, day: number): number =>
  Math.floor(Date.UTC(year, month - 1, day) / DAY)

export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

export function civil(day: number): CivilDate {
  const date = new Date(day * DAY)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/** Whether a day passes every BY part that speaks of days. */
export function dayFilter(rule: Rule): (day: number) => boolean {
  const { byMonth, byMonthDay, byYearDay, byWeekNo, byDay } = rule
  const plain = byDay.filter(({ nth }) => nth === 0 || !countsWithin(rule)).map(({ weekday }) => weekday)
  const nth = countsWithin(rule) ? byDay.filter(entry => entry.nth !== 0) : []
  return day => {
    const { year, month, day: ofMonth } = civil(day)
    if (byMonth.length > 0 && !byMonth.includes(month)) return false
    if (byMonthDay.length > 0) {
      const length = dayNumber(year, month + 1, 1) - dayNumber(year, month, 1)
      if (!byMonthDay.includes(ofMonth) && !byMonthDay.includes(ofMonth - length - 1)) return false
    }
    if (byYearDay.length > 0) {
      const first = dayNumber(year, 1, 1)
      const length = dayNumber(year + 1, 1, 1) - first
      if (!byYearDay.includes(day - first + 1) && !byYearDay.includes(day - first - length)) return false
    }
    if (byWeekNo.length > 0 && !inWeeks(day, rule)) return false
    if (byDay.length === 0) return true
    const weekday = weekdayOf(day)
    return (
      plain.includes(weekday) || nth.some(entry => entry.weekday === weekday && isNth(day, entry.nth, rule))
    )
  }
}

/** `2MO` counts within the month, or within the year of a yearly rule without months; else it is just `MO`. */
function countsWithin({ frequency, byWeekNo }: Rule): boolean {
  return frequency === 'MONTHLY' || (frequency === 'YEARLY' && byWeekNo.length === 0)
}

function isNth(day: number, nth: number, rule: Rule): boolean {
  const { year, month } = civil(day)
  const ofMonth = rule.frequency === 'MONTHLY' || rule.byMonth.length > 0
  const first = ofMonth ? dayNumber(year, month, 1) : dayNumber(year, 1, 1)
  const next = ofMonth ? dayNumber(year, month + 1, 1) : dayNumber(year + 1, 1, 1)
  return nth > 0 ? Math.floor((day - first) / 7) + 1 === nth : Math.floor((next - 1 - day) / 7) + 1 === -nth
}

/** Weeks are numbered as in ISO 8601, but for the day they start on. */
function inWeeks(day: number, { byWeekNo, weekStart }: Rule): boolean {
  const start = day - ((weekdayOf(day) - weekStart + 7) % 7)
  const { year } = civil(start + 3)
  const first = firstWeek(year, weekStart)
  const weeks = (firstWeek(year + 1, weekStart) - first) / 7
  const week = (start - first) / 7 + 1
  return byWeekNo.includes(week) || byWeekNo.includes(week - weeks - 1)
}

/** The week with at least four days in the year. */
function firstWeek(year: number, weekStart: number): number {
  const fourth = dayNumber(year, 1, 4)
  return fourth - ((weekdayOf(fourth) - weekStart + 7) % 7)
}
