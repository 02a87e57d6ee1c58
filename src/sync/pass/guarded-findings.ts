import type { Finding } from '../../contracts/finding-store.ts'
import type { Mark } from '../../contracts/mark-store.ts'
import { decideFinding } from '../held-findings.ts'
import { type AccountPass, breathe, bulkMark, PassEnded } from './account-pass.ts'

const CHUNK = 500

/** A removal or move that a pass has found, and the version of the link that it was found by. */
export interface HeldFinding extends Finding {
  readonly linkVersion: number
}

/** A pass has planned everything: counts its removals and moves, and only then lets them happen (ENGINE C5). */
export async function letHappen(pass: AccountPass, held: readonly HeldFinding[]): Promise<void> {
  const { engine, connection } = pass
  const { findings, leaving } = await untold(pass, held)
  await countFindings(pass, findings, leaving)
  for (const chunk of chunks(findings)) {
    await engine.deps.state.marks.insert(chunk.map(({ ref }) => bulkMark(connection, ref, 'planned')))
  }
}

/**
 * Without what the host has told of: its own mark waits, or a run has dealt with it since the pass came by. `leaving`:
 * events that are live still and told to go, which leave nothing in the account that others could be a part of.
 */
async function untold(
  pass: AccountPass,
  held: readonly HeldFinding[],
): Promise<{ readonly findings: readonly Finding[]; readonly leaving: number }> {
  const { marks, links } = pass.engine.deps.state
  const { account, target } = pass.connection
  const isOurs = (mark: Mark) =>
    mark.origin === 'host' && (mark.userId === undefined || mark.userId === account.userId)
  const findings: Finding[] = []
  let leaving = 0
  for (const [i, { ref, kind, linkVersion }] of held.entries()) {
    await breathe(pass.engine, i)
    const link = (await links.ofRef(ref)).find(
      each => each.account.userId === account.userId && each.target === target?.key,
    )
    // Of an event in the making the mark told that it should be, and its run has read an older truth.
    const isMaking = link?.event === 'none' && link.intents.length > 0
    const isLeft = kind === 'move' ? link?.version === linkVersion : link?.event === 'live'
    if (!isMaking && !isLeft) continue
    if (isMaking || !(await marks.ofRef(ref)).some(isOurs)) findings.push({ ref, kind })
    else if (kind === 'removal') leaving++
  }
  return { findings, leaving }
}

/** Ends the pass when the account's findings of the hour are too many. */
export async function countFindings(
  pass: AccountPass,
  findings: readonly Finding[],
  leaving = 0,
): Promise<void> {
  const { engine, connection } = pass
  const allowed = (connection.massChangeAllowedUntil ?? 0) > engine.deps.runtime.clock.now()
  if (allowed || findings.length === 0) return
  for (const chunk of chunks(findings)) await engine.deps.state.findings.add(connection.account, chunk)
  if ((await decideFinding(engine, connection, leaving)) === 'tripped') throw new PassEnded('mass-change')
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += CHUNK) yield items.slice(i, i + CHUNK)
}
