import { describe, expect, it } from 'vitest'
import type { FaultName, TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  connectedKit,
  DANA,
  elapse,
  HOUR,
  kitWithEvent,
  linksOf,
  MINUTE,
  ref,
} from './helpers-scenario.ts'

/**
 * A write whose outcome is unknown, of each kind, while the host goes on. Nothing but the intents may mend it: the
 * checks come before the hourly `changes` and the daily repair could.
 */
interface Fault {
  readonly fault: FaultName
  readonly delayMs?: number
  /** How many writes in a row are struck. */
  readonly times: number
}

const FAULTS: readonly Fault[] = [
  { fault: 'timeoutBeforeCommit', times: 1 },
  { fault: 'timeoutBeforeCommit', times: 6 },
  { fault: 'timeoutAfterCommit', times: 1 },
  { fault: 'timeoutAfterCommit', times: 6 },
  { fault: 'resetAfterCommit', times: 1 },
  { fault: 'internalError', times: 1 },
  { fault: 'truncated', times: 1 },
  ...[400, 2_500, 29_000, 100_000, 299_000].map(
    delayMs => ({ fault: 'lateCommit', delayMs, times: 1 }) as const,
  ),
  { fault: 'lateCommit', delayMs: 299_000, times: 3 },
]

const FIRST_WRITES: Readonly<Record<string, (kit: TestKit) => void>> = {
  insert: kit => kit.book.put(ref(), appointment()),
  patch: kit => kit.book.change(ref(), { title: 'Moved', start: '2026-11-25T09:00' }),
  delete: kit => kit.book.delete(ref()),
}

const MEANWHILE: Readonly<Record<string, (kit: TestKit) => void>> = {
  'does nothing': () => {},
  'edits it': kit => kit.book.put(ref(), appointment({ title: 'Edited', location: 'Room 9' })),
  'deletes it': kit => kit.book.delete(ref()),
  'deletes and re-creates it': kit => {
    kit.book.delete(ref())
    void kit.sync.appointmentChanged(ref())
    kit.book.put(ref(), appointment({ title: 'Back again' }))
  },
  'cancels it': kit => kit.book.put(ref(), appointment({ status: 'cancelled' })),
}

/** Right after the fault, and long after the run gave up on it. */
const MOMENTS = { 'at once': 200, 'a minute later': 61_000 } as const

for (const [kind, begin] of Object.entries(FIRST_WRITES)) {
  describe(`B1 B2: ${kind} with an unknown outcome`, () => {
    for (const { fault, delayMs, times } of FAULTS) {
      for (const [what, go] of Object.entries(MEANWHILE)) {
        for (const [when, ms] of Object.entries(MOMENTS)) {
          const late = delayMs === undefined ? '' : ` ${delayMs} ms`
          it(`${fault}${late} x${times}, and the host ${what} ${when}`, async () => {
            const kit = kind === 'insert' ? await connectedKit() : (await kitWithEvent()).kit
            const delay = delayMs === undefined ? {} : { delayMs }
            kit.google.control.fault({ fault, times, match: { writes: true, method: 'events.*' }, ...delay })
            await kit.run(() => kit.sync.start())
            begin(kit)
            await kit.sync.appointmentChanged(ref())
            await kit.runtime.clock.advance(ms)
            go(kit)
            await kit.sync.appointmentChanged(ref())
            await elapse(kit, 20 * MINUTE)
            expectInStep(kit)
            kit.google.control.advanceClock(HOUR)
            expectInStep(kit)
            if (times === 1) expect(kit.google.control.pendingFaults()).toEqual([])
            // A late delete carries an old etag, so that it can undo nothing: it may stay in the books of a dead event.
            const open = (await linksOf(kit)).flatMap(link => link.intents)
            expect(open.filter(intent => intent.kind !== 'delete')).toEqual([])
          })
        }
      }
    }
  })
}

function expectInStep(kit: TestKit): void {
  const wanted = kit.book.get(ref())
  const expected = wanted && wanted.status !== 'cancelled' ? [wanted] : []
  const found = kit.events(DANA).map(({ summary, location }) => ({ title: summary, location }))
  expect(found).toEqual(expected.map(({ title, location }) => ({ title, location })))
}
