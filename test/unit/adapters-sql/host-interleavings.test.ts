import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { sqlStores } from '../../../src/adapters/sql/index.ts'
import { aMark, anAccount, aRef } from '../../../src/testing/contracts/samples.ts'
import { SeededRandom } from '../../../src/testing/index.ts'
import { dropTables, onRealServers } from './servers.ts'

const LEVELS = ['read committed', 'repeatable read', 'serializable'] as const
const REFS = 6
const HOSTS = 3
const TRANSACTIONS = 25
/** Far below what either server waits for a lock, far above what a statement takes on a busy machine. */
const HELD_UP_MS = 4_000

await onRealServers('host transactions among themselves and beside workers', (server, tablePrefix) => {
  it.each([1, 2, 3, 4])(
    'seed %i: none fails, none is held up, every committed mark is there once',
    async seed => {
      const db = server.open()
      const stores = sqlStores({ db, tablePrefix: `${tablePrefix}${seed}_` })
      await stores.migrate()
      const { marks, claims } = stores.state
      let isOver = false
      let committed = 0
      let answered = 0
      let slowestMs = 0

      /** The app: marks in an order of its own, beside reads of its own, at any isolation level. */
      const host = async (lane: number) => {
        const random = new SeededRandom(seed * 100 + lane)
        for (let count = 0; count < TRANSACTIONS; count++) {
          const level = LEVELS[Math.floor(random.float() * LEVELS.length)] ?? 'serializable'
          const trx = await db.startTransaction().setIsolationLevel(level).execute()
          await sql`select 1`.execute(trx)
          const inserts = 1 + Math.floor(random.float() * 5)
          for (let insert = 0; insert < inserts; insert++) {
            const startedAt = performance.now()
            const ref = aRef(`a${Math.floor(random.float() * REFS)}`)
            await marks.insert([aMark(ref)], { transaction: trx })
            slowestMs = Math.max(slowestMs, performance.now() - startedAt)
          }
          if (random.float() < 0.3) await trx.rollback().execute()
          else {
            await trx.commit().execute()
            committed += inserts
          }
        }
      }

      const worker = async () => {
        while (!isOver) {
          for (const { ref } of await marks.dueRefs({ limit: 10 })) {
            const claim = await claims.claim(ref, { holdMs: 5_000 })
            if (!claim) continue
            const deleteMarks = claim.marks.map(({ id }) => id)
            const finished = await claims.finish(claim, { deleteMarks, addMarks: [] })
            if (finished !== null) answered += deleteMarks.length
          }
          await marks.bringForward(anAccount(), ['network'])
          await stores.state.prune()
        }
      }

      try {
        const workers = [worker(), worker()]
        // All are waited for, so that whoever goes on after a failure cannot disturb the next seed.
        const hosts = await Promise.allSettled(Array.from({ length: HOSTS }, (_, lane) => host(lane)))
        isOver = true
        const ends = [...hosts, ...(await Promise.allSettled(workers))]
        expect(ends.flatMap(end => (end.status === 'rejected' ? [String(end.reason)] : []))).toEqual([])
        const left = await Promise.all(Array.from({ length: REFS }, (_, at) => marks.ofRef(aRef(`a${at}`))))
        expect(answered + left.flat().length).toBe(committed)
        expect(committed).toBeGreaterThan(TRANSACTIONS)
        expect(slowestMs).toBeLessThan(HELD_UP_MS)
      } finally {
        isOver = true
        await dropTables(db, `${tablePrefix}${seed}_`)
        await db.destroy()
      }
    },
    60_000,
  )
})
