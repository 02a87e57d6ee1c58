import type { Runtime } from '../../contracts/runtime.ts'
import { systemRuntime } from '../../contracts/runtime-default.ts'
import { ConfigError } from '../../errors.ts'
import type { BullmqLike } from './bullmq.ts'
import { type BullmqJobQueue, BullmqQueue } from './queue.ts'

export type {
  BullmqAdd,
  BullmqJob,
  BullmqLike,
  BullmqProcessor,
  BullmqQueueHandle,
  BullmqQueueSettings,
  BullmqWorkerHandle,
  BullmqWorkerSettings,
} from './bullmq.ts'
export type { BullmqJobQueue } from './queue.ts'

export interface BullmqQueueOptions<Connection> {
  /** The module `bullmq` as a whole, version 6.7 or newer. */
  readonly bullmq: BullmqLike<Connection>
  /** As BullMQ takes it: `{ host, port }`, or an ioredis client made with `maxRetriesPerRequest: null`. */
  readonly connection: Connection
  /** Starts the names of the three queues, one a lane. Default `calendar-sync`. */
  readonly queue?: string | undefined
  /** BullMQ's key prefix, if the host has another than the default. */
  readonly prefix?: string | undefined
  readonly runtime?: Runtime | undefined
}

const QUEUE = /^[\w.-]{1,100}$/

/** Jobs in Redis, by BullMQ. A dead worker's job runs again within 15 s. Throws ConfigError. */
export function bullmqQueue<Connection>(options: BullmqQueueOptions<Connection>): BullmqJobQueue {
  const { bullmq, connection, queue = 'calendar-sync', prefix, runtime = systemRuntime } = options
  const given = bullmq as Partial<BullmqLike<Connection>> | undefined
  const missing = (['Queue', 'Worker', 'DelayedError'] as const).filter(
    name => typeof given?.[name] !== 'function',
  )
  const issues = [
    ...(missing.length > 0
      ? [
          `\`bullmq\` of bullmqQueue has no ${missing.join(', ')}: pass the whole module bullmq, not some of its classes.`,
        ]
      : []),
    ...(typeof connection === 'object' && connection !== null
      ? []
      : ['`connection` of bullmqQueue: { host, port } of your Redis, or an ioredis client.']),
    ...(retriesForever(connection)
      ? []
      : [
          '`connection` of bullmqQueue: BullMQ workers need an ioredis client made with `maxRetriesPerRequest: null`.',
        ]),
    ...(QUEUE.test(queue) ? [] : ['`queue` of bullmqQueue: 1 to 100 letters, digits, _, . and -.']),
  ]
  if (issues.length > 0) throw new ConfigError(issues)
  return new BullmqQueue({ bullmq, connection, queue, prefix }, runtime)
}

/** Of a live ioredis client; plain options are completed by BullMQ itself. */
function retriesForever(connection: unknown): boolean {
  const { options } = (connection ?? {}) as { options?: { maxRetriesPerRequest?: unknown } }
  return !options || !('maxRetriesPerRequest' in options) || options.maxRetriesPerRequest === null
}
