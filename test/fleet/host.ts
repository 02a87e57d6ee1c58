import { setTimeout as sleep } from 'node:timers/promises'
import type { Edit, Plan } from './plan.ts'
import type { FleetProcess } from './process.ts'

const AT_ONCE = 4
const TRIES = 100

export async function insertFirst({ db }: FleetProcess, { first }: Plan): Promise<void> {
  for (let at = 0; at < first.length; at += 500) {
    const rows = first.slice(at, at + 500).map((row, index) => ({ ...row, updated_at: at + index + 1 }))
    await db.insertInto('appointments').values(rows).execute()
  }
}

/**
 * The host's requests, several at once; the edits of one appointment follow each other. Every second change commits
 * with its mark, the others are marked after the commit.
 */
export async function makeEdits(
  web: FleetProcess,
  edits: readonly Edit[],
  after: (done: number) => Promise<void>,
): Promise<void> {
  let done = 0
  const lanes = Array.from({ length: AT_ONCE }, (_, lane) =>
    edits.flatMap((edit, index) => (laneOf(edit) === lane ? [{ edit, index }] : [])),
  )
  await Promise.all(
    lanes.map(async lane => {
      for (const { edit, index } of lane) {
        await makeEdit(web, edit, index)
        await after(++done)
      }
    }),
  )
}

const laneOf = ({ row: { workspace_id, id } }: Edit): number =>
  [...`${workspace_id} ${id}`].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % AT_ONCE

async function makeEdit({ sync, db }: FleetProcess, edit: Edit, index: number): Promise<void> {
  const { workspace_id, id } = edit.row
  const ref = { workspaceId: workspace_id, appointmentId: id }
  const isJoined = index % 2 === 0
  await untilDone(() =>
    db.transaction().execute(async trx => {
      await trx
        .deleteFrom('appointments')
        .where('workspace_id', '=', workspace_id)
        .where('id', '=', id)
        .execute()
      const row = { ...edit.row, updated_at: 1_000_000 + index }
      if (edit.kind === 'write') await trx.insertInto('appointments').values(row).execute()
      if (isJoined) await sync.appointmentChanged(ref, { transaction: trx })
    }),
  )
  if (isJoined) return
  await untilDone(async () => {
    const { marked } = await sync.appointmentChanged(ref)
    if (!marked) throw new Error('The mark could not be made.')
  })
}

/** A host whose commit is in doubt does it again. */
async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await work()
      return
    } catch (error) {
      if (tries === TRIES) throw error
      await sleep(100)
    }
  }
}
