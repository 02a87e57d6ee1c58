import type { AccountRef } from '../contracts/identity.ts'
import type { BulkLease } from './bulk-lease.ts'
import { BULK_BATCH, BULK_CONCURRENCY, BULK_SLICE_MS } from './limits.ts'
import { runRef } from './run.ts'
import type { Engine } from './run-context.ts'

/**
 * Works off the due marks of the account's bulk lane, for one slice. Few at a time: writes to one calendar go one by one anyway,
 * and between requests the limiter lets every better lane pass (ENGINE A8, H). Answers whether there were any.
 */
export async function drainBulk(engine: Engine, account: AccountRef, lease: BulkLease): Promise<boolean> {
  const { clock } = engine.deps.runtime
  const until = clock.now() + BULK_SLICE_MS
  let drained = false
  while (clock.now() < until) {
    lease.mayGoOn()
    const refs = await engine.deps.state.marks.dueBulk(account, BULK_BATCH)
    if (refs.length === 0) return drained
    drained = true
    const queue = refs[Symbol.iterator]()
    const worker = async (): Promise<void> => {
      for (const ref of queue) {
        lease.mayGoOn()
        await runRef(engine, ref, lease.signal)
      }
    }
    await Promise.all(Array.from({ length: BULK_CONCURRENCY }, worker))
  }
  return drained
}
