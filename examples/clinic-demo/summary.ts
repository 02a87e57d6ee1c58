import type { ReportRow } from '../express-clinic/fake-google.ts'
import type { Comparison } from './compare.ts'

/** What Google was asked and did between two reports. */
export interface Traffic {
  readonly created: number
  readonly updated: number
  readonly deleted: number
  readonly requests: number
  readonly units: number
  /** Without the listings, which belong to no single change. */
  readonly single: number
}

export function trafficBetween(before: readonly ReportRow[], after: readonly ReportRow[]): Traffic {
  const total = (rows: readonly ReportRow[]) => {
    const sum = (match: (row: ReportRow) => boolean, of: 'count' | 'units' = 'count') =>
      rows.filter(match).reduce((all, row) => all + row[of], 0)
    const done = (...methods: string[]) =>
      sum(({ method, status }) => methods.includes(method) && (status === 200 || status === 204))
    return {
      created: done('events.insert'),
      updated: done('events.patch', 'events.update'),
      deleted: done('events.delete'),
      // A late one was counted when it left.
      requests: sum(({ delivery }) => delivery !== 'late'),
      units: sum(({ delivery }) => delivery !== 'late', 'units'),
      single: sum(
        ({ method, delivery }) =>
          method.startsWith('events.') && method !== 'events.list' && delivery !== 'late',
      ),
    }
  }
  const [from, to] = [total(before), total(after)]
  const keys = Object.keys(to) as (keyof Traffic)[]
  return Object.fromEntries(keys.map(key => [key, to[key] - from[key]])) as unknown as Traffic
}

export interface Summary {
  readonly all: Traffic
  readonly calm: Traffic
  readonly stormy: Traffic
  readonly retried: number
  readonly comparison: Comparison
  readonly seconds: number
  readonly peakMegabytes: number
}

export function table({ all, calm, stormy, retried, comparison, seconds, peakMegabytes }: Summary): string {
  const rows: (readonly [string, string | number])[] = [
    ['created', all.created],
    ['updated', all.updated],
    ['deleted', all.deleted],
    ['retried', retried],
    ['requests', all.requests],
    ['quota units', all.units],
    ['requests per change', perChange(all)],
    ['  without faults', perChange(calm)],
    ['  under faults', perChange(stormy)],
    ['duplicates', comparison.duplicates],
    ['missing', comparison.missing],
    ['wrong', comparison.wrong],
    ['leaked', comparison.leaked],
    ['seconds', seconds.toFixed(1)],
    ['peak memory (MB)', Math.round(peakMegabytes)],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const line = (left: string, mid: string, right: string) =>
    `  ${left}${'─'.repeat(width + 2)}${mid}${'─'.repeat(13)}${right}`
  const body = rows.map(([name, value]) => `  │ ${name.padEnd(width)} │ ${String(value).padStart(11)} │`)
  return [line('┌', '┬', '┐'), ...body, line('└', '┴', '┘')].join('\n')
}

function perChange({ created, updated, deleted, single }: Traffic): string {
  const changes = created + updated + deleted
  return changes === 0 ? '–' : (single / changes).toFixed(2)
}
