import { inProcessQueue } from '../../../src/adapters/in-process-queue/index.ts'
import { sqliteStores } from '../../../src/adapters/sqlite/index.ts'
import type { Connection } from '../../../src/contracts/connection.ts'
import type { Link } from '../../../src/contracts/link.ts'
import type { Runtime } from '../../../src/contracts/runtime.ts'
import { systemRuntime } from '../../../src/contracts/runtime-default.ts'
import { GoogleCalendarSync } from '../../../src/index.ts'
import { type Gate, gatedState } from '../ports.ts'
import { levelOf } from '../runtime.ts'
import { openSource } from './host-table.ts'
import { Journal } from './journal.ts'
import type { Place } from './messages.ts'
import { SharedClock } from './shared-clock.ts'

/** The library in one process of the host, as the host would wire it; its time is that of the history. */
export interface RealWorks {
  readonly sync: GoogleCalendarSync
  readonly clock: SharedClock
  /** Requests without an answer yet, and how often that changed. */
  readonly wire: { readonly open: number; readonly moves: number }
  close(): Promise<void>
}

export function openWorks(place: Place): RealWorks {
  const clock = new SharedClock(place.timeFile)
  const journal = new Journal(place.journal)
  const source = openSource(place.hostFile)
  const wire = { open: 0, moves: 0 }
  const moved = (by: 1 | -1) => {
    wire.open += by
    wire.moves++
  }
  const log = (message: string, fields?: object) =>
    process.stderr.write(`${message} ${JSON.stringify(fields ?? {})}\n`)
  const runtime: Runtime = {
    clock,
    // Jitter by levels, so that the clock can tell the period of the timer loop from other sleeps.
    random: { ...systemRuntime.random, float: () => levelOf(Math.random()) },
    logger: { debug: log, info: log, error: log },
    async fetch(input, init) {
      moved(1)
      try {
        return await systemRuntime.fetch(input, init)
      } finally {
        moved(-1)
      }
    },
  }
  const stores = sqliteStores(place.syncFile, { runtime })
  const sync = new GoogleCalendarSync({
    google: place.google,
    secrets: { current: { id: 'sim', key: Buffer.alloc(32, 7).toString('base64') } },
    tokenStore: stores.tokens,
    stateStore: gatedState(stores.state, watching(clock, journal)),
    jobQueue: inProcessQueue({ runtime }),
    appointmentSource: source,
    concurrency: 4,
    workers: place.workers,
    runtime,
    onIssue: issue => journal.write({ kind: 'issue', at: clock.now(), issue }),
    onAudit: entry => journal.write({ kind: 'audit', at: clock.now(), entry }),
  })
  return {
    sync,
    clock,
    wire,
    async close() {
      await sync.stop({ drainMs: 10_000 })
      await stores.close()
      source.close()
      journal.close()
      clock.close()
    },
  }
}

/** Writes down, before the engine hears of it, what the books now say. */
const watching =
  (clock: SharedClock, journal: Journal): Gate =>
  async (site, work, args) => {
    const result = await work()
    const at = clock.now()
    if (site.startsWith('links.write-intent')) {
      const { link } = result as { link?: Link }
      const intent = (args[1] as { intent?: { appVersion?: string } }).intent
      if (link) {
        const { eventId, account, ref, version } = link
        const intended = { eventId, account, ref, number: version, appVersion: intent?.appVersion }
        journal.write({ kind: 'intent', at, intent: intended })
      }
    } else if (site === 'connections.update' || site === 'connections.create') {
      if (result) journal.write({ kind: 'connection', at, connection: result as unknown as Connection })
    }
    return result
  }
