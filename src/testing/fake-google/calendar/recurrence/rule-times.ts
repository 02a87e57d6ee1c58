import type { Rule } from './rule.ts'
import { civil, DAY, dayFilter, dayNumber, weekdayOf } from './rule-days.ts'

/** Nothing recurs beyond; also ends rules that can never match. */
const LAST_WALL = Date.UTC(2200, 0, 1)
const MAX_EMPTY_PERIODS = 50_000
const UNITS = { SECONDLY: 1000, MINUTELY: 60_000, HOURLY: 3_600_000 } as const

/** Wall times (as if in UTC) that a rule names from `start` on, in order. COUNT and UNTIL are the caller's. */
export function* ruleTimes(given: Rule, start: number): Generator<number> {
  const rule = withDefaults(given, start)
  const accepts = dayFilter(rule)
  let empty = 0
  for (const { days, times } of periods(rule, start)) {
    if ((days[0] ?? 0) * DAY > LAST_WALL || ++empty > MAX_EMPTY_PERIODS) return
    const found = days.filter(accepts).flatMap(day => times.map(time => day * DAY + time))
    for (const wall of atPositions(found, rule.bySetPos)) {
      if (wall < start) continue
      if (wall > LAST_WALL) return
      empty = 0
      yield wall
    }
  }
}

/** A rule that names no days means those of its start (RFC 5545, 3.3.10). */
function withDefaults(rule: Rule, start: number): Rule {
  const { frequency, byDay, byMonthDay, byYearDay, byWeekNo, byMonth } = rule
  if (byDay.length + byMonthDay.length + byYearDay.length + byWeekNo.length > 0) return rule
  const day = Math.floor(start / DAY)
  const date = civil(day)
  if (frequency === 'WEEKLY') return { ...rule, byDay: [{ weekday: weekdayOf(day), nth: 0 }] }
  if (frequency === 'MONTHLY') return { ...rule, byMonthDay: [date.day] }
  if (frequency !== 'YEARLY') return rule
  return { ...rule, byMonthDay: [date.day], byMonth: byMonth.length > 0 ? byMonth : [date.month] }
}

interface Period {
  readonly days: readonly number[]
  /** Milliseconds into a day. */
  readonly times: readonly number[]
}

function* periods(rule: Rule, start: number): Generator<Period> {
  const { frequency, interval, weekStart } = rule
  const first = Math.floor(start / DAY)
  const { year, month } = civil(first)
  if (frequency === 'SECONDLY' || frequency === 'MINUTELY' || frequency === 'HOURLY') {
    yield* shortPeriods(rule, start, UNITS[frequency])
    return
  }
  const times = timesOfDay(rule, start % DAY)
  const week = first - ((weekdayOf(first) - weekStart + 7) % 7)
  for (let step = 0; ; step += interval) {
    if (frequency === 'DAILY') yield { days: [first + step], times }
    else if (frequency === 'WEEKLY') yield { days: range(week + step * 7, week + step * 7 + 7), times }
    else if (frequency === 'MONTHLY')
      yield { days: range(dayNumber(year, month + step, 1), dayNumber(year, month + step + 1, 1)), times }
    else yield { days: range(dayNumber(year + step, 1, 1), dayNumber(year + step + 1, 1, 1)), times }
  }
}

/** Periods shorter than a day: BY parts of their own size or more filter, smaller ones expand. */
function* shortPeriods(rule: Rule, start: number, unit: number): Generator<Period> {
  const { byHour, byMinute, bySecond, interval } = rule
  for (let wall = start; ; wall += interval * unit) {
    const day = Math.floor(wall / DAY)
    const date = new Date(wall)
    const fits =
      (byHour.length === 0 || byHour.includes(date.getUTCHours())) &&
      (unit === UNITS.HOURLY || byMinute.length === 0 || byMinute.includes(date.getUTCMinutes())) &&
      (unit !== UNITS.SECONDLY || bySecond.length === 0 || bySecond.includes(date.getUTCSeconds()))
    if (!fits) {
      yield { days: [day], times: [] }
      continue
    }
    const minutes = unit === UNITS.HOURLY && byMinute.length > 0 ? byMinute : [date.getUTCMinutes()]
    const seconds = unit !== UNITS.SECONDLY && bySecond.length > 0 ? bySecond : [date.getUTCSeconds()]
    yield { days: [day], times: combine([date.getUTCHours()], minutes, seconds) }
  }
}

function timesOfDay({ byHour, byMinute, bySecond }: Rule, time: number): number[] {
  const or = (list: readonly number[], own: number) => (list.length > 0 ? list : [own])
  return combine(
    or(byHour, Math.floor(time / 3_600_000)),
    or(byMinute, Math.floor(time / 60_000) % 60),
    or(bySecond, Math.floor(time / 1000) % 60),
  )
}

function combine(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): number[] {
  return hours.flatMap(h => minutes.flatMap(m => seconds.map(s => ((h * 60 + m) * 60 + s) * 1000)))
}

function atPositions(found: readonly number[], positions: readonly number[]): readonly number[] {
  if (positions.length === 0) return found
  const picked = positions.map(position => found[position > 0 ? position - 1 : found.length + position])
  return [...new Set(picked)].filter(wall => wall !== undefined).sort((a, b) => a - b)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
