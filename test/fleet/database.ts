import type { Kysely } from 'kysely'
import { mariadbSpace } from './mariadb.ts'
import { postgresSpace } from './postgres.ts'
import type { TimeScale } from './scaled-clock.ts'

export type DatabaseKind = 'postgres' | 'mariadb'

/** Where a round keeps its tables: a schema of Postgres, a database of MariaDB. Gone afterwards. */
export interface Space {
  /** Each process has a pool of its own. */
  open<Tables>(max: number): Kysely<Tables>
  create(time: TimeScale): Promise<void>
  /** Ends every connection of every process of the round. */
  cut(): Promise<void>
  /** With everything in it. */
  drop(): Promise<void>
}

export const spaceOf = (kind: DatabaseKind, name: string): Space =>
  kind === 'postgres' ? postgresSpace(name) : mariadbSpace(name)
