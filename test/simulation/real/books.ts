import { DatabaseSync } from 'node:sqlite'
import { connectionOf } from '../../../src/adapters/sql/connection-row.ts'
import type { Connection } from '../../../src/contracts/connection.ts'
import type { AccountRef } from '../../../src/contracts/identity.ts'

type Row = Parameters<typeof connectionOf>[0]

/** The library's file, read from outside. */
export class Books {
  readonly #db: DatabaseSync

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec('pragma busy_timeout = 5000')
  }

  connection({ workspaceId, userId }: AccountRef): Connection | undefined {
    const row = this.#db
      .prepare('select * from gcs_connections where workspace_id = ? and user_id = ?')
      .get(workspaceId, userId)
    return row && connectionOf(row as unknown as Row)
  }

  hasMarks(): boolean {
    return this.#db.prepare('select 1 from gcs_marks limit 1').get() !== undefined
  }

  /** Epoch ms; infinity when nothing ever is. */
  nextDue(): number {
    const row = this.#db
      .prepare(
        'select min(at) as at from (select min(due_at) as at from gcs_marks union all select min(due_at) from gcs_connections)',
      )
      .get()
    return row?.at === null || row === undefined ? Number.POSITIVE_INFINITY : Number(row.at)
  }

  close(): void {
    this.#db.close()
  }
}
