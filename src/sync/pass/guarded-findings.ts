import type { Finding } from '../../contracts/finding-store.ts'
import { decideFinding } from '../held-findings.ts'
import { type AccountPass, bulkMark, PassEnded } from './account-pass.ts'

const CHUNK = 500

/** A pass has planned everything: counts its removals and moves, and only then lets them happen (ENGINE C5). */
export async function letHappen(pass: AccountPass, findings: readonly Finding[]): Promise<void> {
  const { engine, connection } = pass
  await countFindings(pass, findings)
  for (const chunk of chunks(findings)) {
    await engine.deps.state.marks.insert(chunk.map(({ ref }) => bulkMark(connection, ref, 'planned')))
  }
}

/** Ends the pass when the account's findings of the hour are too many. */
export async function countFindings(pass: AccountPass, findings: readonly Finding[]): Promise<void> {
  const { engine, connection } = pass
  const allowed = (connection.massChangeAllowedUntil ?? 0) > engine.deps.runtime.clock.now()
  if (allowed || findings.length === 0) return
  for (const chunk of chunks(findings)) await engine.deps.state.findings.add(connection.account, chunk)
  if ((await decideFinding(engine, connection)) === 'tripped') throw new PassEnded('mass-change')
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += CHUNK) yield items.slice(i, i + CHUNK)
}
