import type { Zones } from '../zones.ts'
import type { RecurrenceLines, ZonedMoment } from './lines.ts'
import type { Rule } from './rule.ts'
import { ruleTimes } from './rule-times.ts'

export interface SeriesTimes {
  readonly lines: RecurrenceLines
  /** The wall time of the first occurrence, as if in UTC. */
  readonly startWall: number
  readonly allDay: boolean
  readonly zone: string
  readonly zones: Zones
}

/**
 * The original starts of a series in order, as wall times: union of the start, rules and dates, without what is
 * excepted. The start is always the first, also when the rule does not name it (observed).
 */
export function* occurrences(series: SeriesTimes): Generator<number> {
  const { lines, startWall } = series
  const dates = lines.dates.map(date => wallOf(date, series)).filter(wall => wall !== undefined)
  const sources = [
    [startWall].values(),
    ...lines.rules.map(rule => bounded(rule, series)),
    [...new Set(dates)].sort((a, b) => a - b).values(),
  ]
  const exDates = new Set(lines.exDates.map(date => wallOf(date, series)))
  const exRules = lines.exRules.map(rule => new Excluder(bounded(rule, series)))
  for (const wall of merged(sources)) {
    if (!exDates.has(wall) && !exRules.some(rule => rule.has(wall))) yield wall
  }
}

export function instantOfWall({ allDay, zone, zones }: SeriesTimes, wall: number): number {
  return allDay ? wall : zones.instant(wall, zone)
}

/** COUNT counts the start, whether or not the rule names it. */
function* bounded(rule: Rule, series: SeriesTimes): Generator<number> {
  let count = 0
  for (const wall of ruleTimes(rule, series.startWall)) {
    if (count === 0 && wall !== series.startWall) count++
    if (rule.count !== undefined && count >= rule.count) return
    if (rule.until !== undefined && isAfter(wall, rule.until, series)) return
    count++
    yield wall
  }
}

/** UNTIL is inclusive: an instant, a wall time, or the whole of a day. */
function isAfter(wall: number, { kind, ms }: NonNullable<Rule['until']>, series: SeriesTimes): boolean {
  if (kind === 'date') return wall >= ms + 86_400_000
  return kind === 'instant' && !series.allDay ? instantOfWall(series, wall) > ms : wall > ms
}

/** Dates except whole days, times except times; what does not fit excepts nothing. */
function wallOf({ kind, ms, zone }: ZonedMoment, series: SeriesTimes): number | undefined {
  if (series.allDay) return Math.floor(ms / 86_400_000) * 86_400_000
  if (kind === 'date') return undefined
  if (kind === 'wall' && (zone === undefined || zone === series.zone)) return ms
  const instant = kind === 'instant' ? ms : series.zones.instant(ms, zone ?? series.zone)
  return instant + series.zones.offset(instant, series.zone) * 60_000
}

function* merged(sources: readonly Iterator<number>[]): Generator<number> {
  const heads = sources.map(source => source.next().value as number | undefined)
  for (;;) {
    const least = Math.min(...heads.map(head => head ?? Number.POSITIVE_INFINITY))
    if (least === Number.POSITIVE_INFINITY) return
    yield least
    heads.forEach((head, index) => {
      if (head === least) heads[index] = sources[index]?.next().value as number | undefined
    })
  }
}

/** Asked in ascending order. */
class Excluder {
  readonly #walls: Iterator<number>
  #head: number | undefined

  constructor(walls: Iterator<number>) {
    this.#walls = walls
    this.#head = this.#next()
  }

  has(wall: number): boolean {
    while (this.#head !== undefined && this.#head < wall) this.#head = this.#next()
    return this.#head === wall
  }

  #next(): number | undefined {
    const { value, done } = this.#walls.next()
    return done ? undefined : value
  }
}
