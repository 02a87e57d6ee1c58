import type { ClaimKey } from '../contracts/claim-store.ts'
import type { Connection } from '../contracts/connection.ts'
import type { Link } from '../contracts/link.ts'
import type { LinkFields } from '../contracts/link-store.ts'
import type { AppointmentError } from '../errors.ts'
import type { Engine, Round } from './run-context.ts'

/** `ok`, or how the run has to go on because something moved. */
export type Marked = 'ok' | 'reload' | 'lost'

/** Notes of the engine on a link of an account that it cannot write to now. No request is made. */
export async function markBehind(
  engine: Engine,
  round: Round,
  connection: Connection,
  link: Link,
  { isRetry, isTold }: { readonly isRetry: boolean; readonly isTold: boolean },
): Promise<Marked> {
  // Somebody asked for another try: it is not lost with the mark, but waits until the account can be written.
  const unparks = isRetry && link.problem?.parked !== undefined
  // What only we found is found again by the repair that follows, and is then counted (ENGINE C5).
  if ((link.behind || !isTold) && !unparks) return 'ok'
  const set = unparks ? ({ behind: true, status: 'pending', problem: undefined } as const) : { behind: true }
  return write(engine, round, connection, link, set)
}

/** The event should go and cannot: said once, tried again when the account can be written (ENGINE A6, D3). */
export async function markCannotRemove(
  engine: Engine,
  round: Round,
  connection: Connection,
  link: Link,
  { isTold }: { readonly isTold: boolean },
): Promise<Marked> {
  if (link.notes.includes('cannot-remove')) return 'ok'
  engine.deps.report({ code: 'cannot-remove', account: link.account, ref: link.ref })
  return write(engine, round, connection, link, {
    behind: link.behind || isTold,
    notes: [...link.notes, 'cannot-remove'],
  })
}

/** The appointment cannot be sent as it is; what is in Google stays. Told once for the same problem. */
export async function markInvalid(
  engine: Engine,
  round: Round,
  connection: Connection,
  links: readonly Link[],
  error: AppointmentError,
): Promise<Marked> {
  const { account, target } = connection
  const link = links.find(candidate => candidate.target === target?.key)
  if (link?.problem?.code !== error.code) {
    engine.deps.report({
      code: 'appointment-invalid',
      account,
      ref: round.claim.ref,
      cause: error.code,
      fields: error.problems,
    })
  }
  if (link === undefined || link.problem?.code === error.code) return 'ok'
  const problem = { code: error.code, attempts: 1, since: round.now, at: round.now, reported: true }
  return write(engine, round, connection, link, {
    status: 'failed',
    problem,
    settingsVersion: connection.settingsVersion,
  })
}

/** The run failed once too often: counted with what needs a person, and pending again with the next try that works. */
export async function markFailing(engine: Engine, claim: ClaimKey, userId: string): Promise<void> {
  const { links, connections } = engine.deps.state
  const failing = (await links.ofRef(claim.ref)).filter(
    link => link.account.userId === userId && link.status === 'pending',
  )
  for (const link of failing) {
    const connection = await connections.get(link.account)
    if (connection) await write(engine, { claim }, connection, link, { status: 'failed' })
  }
}

async function write(
  engine: Engine,
  round: { readonly claim: ClaimKey },
  connection: Connection,
  link: Link,
  change: Partial<LinkFields>,
): Promise<Marked> {
  const { account, ref: _ref, target, version, ...fields } = link
  const condition = { account, target, expectedVersion: version, epoch: connection.epoch }
  const set = { ...fields, ...change }
  const written = await engine.deps.state.links.write(round.claim, { ...condition, set })
  if (written.ok) return 'ok'
  return written.reason === 'fence' ? 'lost' : 'reload'
}
