import type { ChangesPosition } from '../../contracts/connection.ts'
import { CHANGES_EVERY_MS, CHANGES_OVERLAP_MS } from '../limits.ts'
import { jittered } from '../retry-policy.ts'
import type { AccountPass } from './account-pass.ts'
import { changesOf } from './changes.ts'
import { type HeldFinding, letHappen } from './guarded-findings.ts'
import { compare } from './repair.ts'

/** Reads `changes` again from ten minutes before the last reading: rows that committed late are in there (ENGINE G). */
export async function readMissedChanges(pass: AccountPass): Promise<ChangesPosition> {
  const { clock } = pass.engine.deps.runtime
  const position = pass.connection.changes
  // Without a position there was nothing to read yet: then from the beginning.
  const start = position && startOf(position, clock.now())
  const startedAt = clock.now()
  const held: HeldFinding[] = []
  let cursor: string | undefined
  for await (const page of changesOf(pass, start)) {
    await compare(pass, page.refs, undefined, held)
    cursor = page.cursor
  }
  await letHappen(pass, held)
  return nextPosition(pass, position, cursor, startedAt)
}

export function nextPosition(
  pass: AccountPass,
  position: ChangesPosition | undefined,
  cursor: string | undefined,
  readAt: number,
): ChangesPosition {
  const { clock, random } = pass.engine.deps.runtime
  const known = position?.cursors ?? []
  const cursors = cursor === undefined ? known : [{ cursor, at: readAt }, ...known]
  const old = cursors.findIndex(({ at }) => at <= readAt - CHANGES_OVERLAP_MS)
  const nextAt = clock.now() + jittered(CHANGES_EVERY_MS, random.float)
  return { nextAt, cursors: old < 0 ? cursors : cursors.slice(0, old + 1) }
}

/** The newest position that is at least the overlap old, else the oldest there is. */
function startOf({ cursors }: ChangesPosition, now: number): string | undefined {
  return (cursors.find(({ at }) => at <= now - CHANGES_OVERLAP_MS) ?? cursors.at(-1))?.cursor
}
