import * as bullmq from 'bullmq'
import { type ConnectionOptions, Queue, Worker } from 'bullmq'
import { type Db, PgBoss } from 'pg-boss'
import { expect, expectTypeOf, it } from 'vitest'
import { type BullmqLike, bullmqQueue } from '../../../../src/adapters/bullmq/index.ts'
import { type PgBossExecutor, type PgBossLike, pgBossQueue } from '../../../../src/adapters/pg-boss/index.ts'
import { CalendarSyncError, type ConfigError } from '../../../../src/errors.ts'

/** Opens nothing before its start. */
const boss = new PgBoss('postgres://127.0.0.1/none')
const connection = { host: '127.0.0.1', port: 6379 }

const issuesOf = (make: () => unknown): readonly string[] => {
  try {
    make()
  } catch (error) {
    expect(CalendarSyncError.is(error) && error.code).toBe('config-invalid')
    return (error as ConfigError).issues
  }
  return []
}

it('takes the real objects by their shape', () => {
  expectTypeOf<PgBoss>().toExtend<PgBossLike>()
  expectTypeOf<Db>().toExtend<PgBossExecutor>()
  expectTypeOf<typeof bullmq>().toExtend<BullmqLike<ConnectionOptions>>()
  expectTypeOf({ Queue, Worker, DelayedError: bullmq.DelayedError }).toExtend<BullmqLike<ConnectionOptions>>()
  expect(issuesOf(() => pgBossQueue({ boss }))).toEqual([])
  expect(issuesOf(() => bullmqQueue({ bullmq, connection }))).toEqual([])
})

it('names each wrong option of pgBossQueue', () => {
  const wrong = { boss: { getDb() {} } as unknown as PgBossLike, queue: 'a b', schema: 'x; drop', pollMs: 0 }
  const issues = issuesOf(() => pgBossQueue(wrong))
  expect(issues.length).toBe(4)
  expect(issues.join('\n')).toMatch(/createQueue[\s\S]*`queue`[\s\S]*`schema`[\s\S]*`pollMs`/)
  const none = { boss: undefined as unknown as PgBossLike }
  expect(issuesOf(() => pgBossQueue(none))).toHaveLength(1)
  expect(issuesOf(() => pgBossQueue({ boss, pollMs: Number.NaN }))).toHaveLength(1)
})

it('names each wrong option of bullmqQueue', () => {
  const half = { Queue } as unknown as BullmqLike<ConnectionOptions>
  const issues = issuesOf(() => bullmqQueue({ bullmq: half, connection: undefined as never, queue: ':' }))
  expect(issues).toHaveLength(3)
  expect(issues.join('\n')).toMatch(/Worker, DelayedError[\s\S]*`connection`[\s\S]*`queue`/)
})

it('refuses an ioredis client that gives up on its own, which BullMQ workers cannot use', () => {
  const client = { options: { maxRetriesPerRequest: 20 } } as unknown as ConnectionOptions
  expect(issuesOf(() => bullmqQueue({ bullmq, connection: client })).join()).toMatch(
    /maxRetriesPerRequest: null/,
  )
})
