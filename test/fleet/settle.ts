import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Crew } from './crew.ts'
import { PEOPLE } from './plan.ts'
import type { FleetProcess } from './process.ts'
import { scaledClock, type TimeScale } from './scaled-clock.ts'

const LOOK_MS = 250
/** Looks in a row without anything left to do. */
const QUIET_LOOKS = 4
/** Something is due, and nothing has moved for this long: longer than any lease, hold or pause before the next try. */
const STUCK_MS = 120_000
/** Nor for this much processor time of the workers: a starved machine is slow, not stuck. */
const STUCK_CPU_MS = 3_000
/** However much moves: by then it would never end. */
const ENDLESS_MS = 45 * 60_000

export type Settled =
  | { readonly kind: 'settled' }
  | { readonly kind: 'stuck' | 'endless'; readonly what: string }

interface Standing {
  readonly status: string
  readonly cause?: string
  readonly nextRepairAt?: number
  /** Where the next reading of the host's changes begins: known once a repair has come to its end. */
  readonly changes?: object
  readonly pass?: { readonly kind: string; readonly finishedAt?: number }
  readonly lastError?: { readonly code: string }
}

interface Look {
  readonly marks: number
  readonly due: number
  readonly isIdle: boolean
  /** Changes with every row that is worked off, put off or written. */
  readonly movement: string
  readonly words: () => Promise<string>
}

/**
 * Until no mark is left and every connection was repaired. A slow machine is waited for: what counts is whether rows
 * that are due move.
 */
export async function settle({ db }: FleetProcess, crew: Crew, time: TimeScale): Promise<Settled> {
  const startedAt = Date.now()
  let [movement, movedAt, cpuThen, quiet] = ['', startedAt, 0, 0]
  for (;;) {
    const look = await lookAt(db, time)
    const cpuMs = crew.cpuMs
    // Less than before: some of them are new.
    if (look.movement !== movement || look.due === 0 || cpuMs < cpuThen)
      [movement, movedAt, cpuThen] = [look.movement, Date.now(), cpuMs]
    quiet = look.marks === 0 && look.isIdle ? quiet + 1 : 0
    if (quiet === QUIET_LOOKS) return { kind: 'settled' }
    const isStuck = Date.now() - movedAt > STUCK_MS && cpuMs - cpuThen > STUCK_CPU_MS
    if (isStuck) return { kind: 'stuck', what: await look.words() }
    if (Date.now() - startedAt > ENDLESS_MS) return { kind: 'endless', what: await look.words() }
    await sleep(LOOK_MS)
  }
}

async function lookAt(db: FleetProcess['db'], time: TimeScale): Promise<Look> {
  const now = scaledClock(time).now()
  const on: Kysely<unknown> = db as never
  const [marks] = (
    await sql<{ count: number; due: number; moved: string }>`
      select count(*) as count, sum(case when due_at <= ${now} then 1 else 0 end) as due,
        concat(max(id), ' ', sum(due_at)) as moved from gcs_marks`.execute(on)
  ).rows
  const { rows } = await sql<{ data: unknown; counter: number; revision: number; due_at: number | null }>`
    select data, counter, revision, due_at from gcs_connections order by id`.execute(on)
  const standings = rows.map(({ data }) => JSON.parse(String(data)) as Standing)
  const dueAccounts = rows.filter(({ due_at }) => due_at !== null && Number(due_at) <= now).length
  const isIdle = ({ status, pass, nextRepairAt = 0, changes }: Standing) =>
    status === 'active' &&
    changes !== undefined &&
    nextRepairAt > now &&
    (!pass || pass.finishedAt !== undefined)
  const count = Number(marks?.count ?? 0)
  return {
    marks: count,
    due: Number(marks?.due ?? 0) + dueAccounts,
    isIdle: standings.length === PEOPLE.length && standings.every(isIdle),
    movement: [marks?.moved, ...rows.map(({ counter, revision }) => `${counter} ${revision}`)].join(),
    words: async () => {
      const causes = await sql<{ cause: string | null; attempts: number; count: number }>`
        select cause, attempts, count(*) as count from gcs_marks group by cause, attempts`.execute(on)
      const left = causes.rows.map(each => `${each.count} ${each.cause ?? 'new'} after ${each.attempts}`)
      const busy = standings
        .filter(each => !isIdle(each))
        .map(({ status, cause, pass, lastError }) => [status, cause, pass?.kind, lastError?.code].join(' '))
      return `${count} marks left (${left.join(', ')}); connections not at rest: ${busy.join(' | ')}`
    },
  }
}
