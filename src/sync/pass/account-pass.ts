import type { Connection, Target } from '../../contracts/connection.ts'
import type { AppointmentRef } from '../../contracts/identity.ts'
import type { NewMark } from '../../contracts/mark-store.ts'
import type { CalendarApi, GoogleFailure, GoogleResult } from '../../google/api.ts'
import { withRetries } from '../../google/retry.ts'
import { PASS_BREATH } from '../limits.ts'
import type { Engine } from '../run-context.ts'

/** What every pass over one account is given. */
export interface AccountPass {
  readonly engine: Engine
  readonly connection: Connection
  readonly api: CalendarApi
  /** Throws `PassEnded` when the lease is lost, the process stops or work is switched off. */
  readonly mayGoOn: () => void
  readonly progress: (done: { readonly checked: number; readonly marked: number }) => Promise<void>
  readonly signal: AbortSignal
  /** Google refused the pass's access token: the next call of anybody gets another. */
  readonly refuseToken: () => Promise<void>
}

/** A pass stops here and is taken up again later; nothing is lost. */
export class PassEnded extends Error {
  readonly failure: GoogleFailure | undefined

  constructor(reason: string, failure?: GoogleFailure) {
    super(reason)
    this.name = 'PassEnded'
    this.failure = failure
  }
}

/** Ends that say nothing about the account: the pass is simply due again. */
export function isInterruption({ message }: PassEnded): boolean {
  return INTERRUPTIONS.has(message)
}

const INTERRUPTIONS: ReadonlySet<string> = new Set(['stopped', 'lease-lost', 'switched-off', 'closed'])

/** A calendar as links name it. */
export type PassTarget = Pick<Target, 'key' | 'calendarId'>

/** A read of a pass, tried again while the cause is transient (ENGINE C2). */
export async function read<T>(pass: AccountPass, call: () => Promise<GoogleResult<T>>): Promise<T> {
  const result = await retried(pass, call)
  if (result.ok) return result.value
  throw new PassEnded('google', result.failure)
}

async function retried<T>(pass: AccountPass, call: () => Promise<GoogleResult<T>>): Promise<GoogleResult<T>> {
  const { clock, random } = pass.engine.deps.runtime
  try {
    return await withRetries(call, {
      clock,
      random,
      signal: pass.signal,
      shouldRetry: attempt => {
        pass.mayGoOn()
        if ('error' in attempt || attempt.value.ok) return false
        const { kind, retryAfterMs } = attempt.value.failure
        const transient = kind === 'network' || kind === 'server' || kind === 'rate'
        return transient && { afterMs: retryAfterMs ?? 0 }
      },
    })
  } catch (error) {
    // Cut short by the end of this process's work: nobody's fault.
    pass.mayGoOn()
    throw error
  }
}

export function bulkMark(
  connection: Connection,
  ref: AppointmentRef,
  origin: NewMark['origin'],
  verify = false,
): NewMark {
  return { ref, lane: 'bulk', origin, userId: connection.account.userId, verify }
}

/** Reads appointments in the order asked. */
export async function readMany(engine: Engine, refs: readonly AppointmentRef[]): Promise<readonly unknown[]> {
  const { source } = engine.deps
  if (source.getMany) return source.getMany(refs)
  const found: unknown[] = []
  for (const [i, ref] of refs.entries()) {
    await breathe(engine, i)
    found.push(await source.get(ref))
  }
  return found
}

/**
 * Between two reads of a pass. A database in this process answers without ever giving the event loop a turn: a pass
 * over it would hold up the host's own requests, and every timer.
 */
export async function breathe({ deps }: Engine, done: number): Promise<void> {
  if (done % PASS_BREATH === PASS_BREATH - 1) await deps.runtime.clock.sleep(0)
}

/** What ended before is not created (ENGINE B11). Epoch ms. */
export function windowStartOf({ deps }: Engine): number {
  return deps.runtime.clock.now() - deps.settings.windowPastDays * 86_400_000
}
