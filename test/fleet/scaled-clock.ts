import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../src/contracts/runtime.ts'

/** Time that runs faster, the same in every process and, by a function of the same name, in the database. */
export interface TimeScale {
  /** Epoch ms at which both clocks agree. */
  readonly base: number
  readonly factor: number
}

export const scaledClock = ({ base, factor }: TimeScale): Clock => ({
  now: () => base + (Date.now() - base) * factor,
  async sleep(ms, signal) {
    try {
      await delay(ms / factor, undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
})

export const realTime = ({ base, factor }: TimeScale, at: number): number => base + (at - base) / factor

/** Found before Postgres's own, since the search path names this schema first. */
export const clockFunction = (schema: string, { base, factor }: TimeScale): string => `
  create function ${schema}.statement_timestamp() returns timestamptz language sql stable as $$
    select to_timestamp(${base / 1000} + (extract(epoch from pg_catalog.statement_timestamp()) - ${base / 1000}) * ${factor})
  $$`
