import type { Job, JobData, Lane } from '../../contracts/job-queue.ts'
import type { Runtime } from '../../contracts/runtime.ts'
import { StoreError } from '../../errors.ts'
import type { BullmqAdd, BullmqLike, BullmqQueueHandle } from './bullmq.ts'

const ANSWER_MS = 5_000
/** Delayed jobs of one key merge only if they start at the same time, so times are rounded up to this. */
const STEP_MS = 100
const KEPT_EVENTS = 100

/** Only for what fails around the handler: a handler's own failures are counted in the data. */
const SETTINGS = {
  attempts: 1_000,
  backoff: { type: 'fixed', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: true,
} as const satisfies Partial<BullmqAdd>

/** What travels in a BullMQ job. */
export interface Envelope {
  readonly name: string
  readonly key: string
  readonly data: JobData
  readonly failures: number
}

export interface Place<Connection> {
  readonly bullmq: BullmqLike<Connection>
  readonly connection: Connection
  readonly queue: string
  readonly prefix: string | undefined
}

export const nameOf = (queue: string, lane: Lane): string => `${queue}-${lane}`

/** Puts jobs into Redis: one BullMQ queue a lane, opened at the first job. */
export class Producer<Connection> {
  readonly #place: Place<Connection>
  readonly #runtime: Runtime
  readonly #queues = new Map<Lane, BullmqQueueHandle>()

  constructor(place: Place<Connection>, runtime: Runtime) {
    this.#place = place
    this.#runtime = runtime
  }

  /**
   * A job for now merges with one that waits, and an add beside a running one leads to one more run. Jobs for later
   * never share an id with those: BullMQ keeps only the last add made beside a running job, and for a waiting one
   * whichever time came first (or last), so a late one could swallow an early one.
   */
  async put({ name, key, data, lane, notBefore }: Job, failures = 0): Promise<void> {
    const id = `${name.length}.${name}.${key}`
    const now = this.#runtime.clock.now()
    const isLater = notBefore !== undefined && notBefore > now
    const at = isLater ? Math.ceil(notBefore / STEP_MS) * STEP_MS : now
    const envelope: Envelope = { name, key, data, failures }
    const options: BullmqAdd = isLater
      ? {
          ...SETTINGS,
          delay: Math.ceil(at - now),
          deduplication: { id: `${id}@${at}`, keepLastIfActive: true },
        }
      : { ...SETTINGS, deduplication: { id, keepLastIfActive: true, reschedule: true } }
    await this.inTime(this.#queue(lane).add(name, envelope, options))
  }

  /** Redis clients keep what they cannot send and wait for the server, for ever by default; a host must not. */
  async inTime<T>(work: Promise<T>): Promise<T> {
    const waited = new AbortController()
    const timeUp = this.#runtime.clock.sleep(ANSWER_MS, waited.signal).then(() => {
      throw new StoreError(
        `Redis did not answer within ${ANSWER_MS} ms: is it running, and reachable from here?`,
      )
    })
    timeUp.catch(() => {})
    try {
      return await Promise.race([work, timeUp])
    } catch (error) {
      work.catch(() => {})
      throw failure(error)
    } finally {
      waited.abort()
    }
  }

  async close(): Promise<void> {
    const open = [...this.#queues.values()]
    this.#queues.clear()
    await Promise.allSettled(open.map(queue => queue.close()))
  }

  #queue(lane: Lane): BullmqQueueHandle {
    const known = this.#queues.get(lane)
    if (known) return known
    const { bullmq, connection, queue, prefix } = this.#place
    const made = new bullmq.Queue(nameOf(queue, lane), {
      connection,
      ...(prefix !== undefined && { prefix }),
      streams: { events: { maxLen: KEPT_EVENTS } },
    })
    // Without a listener Node would end the process.
    made.on('error', () => this.#runtime.logger.error('Redis trouble in the queue', { lane }))
    this.#queues.set(lane, made)
    return made
  }
}

/** The client's message may quote the server's address, so it stays in `cause`. */
export function failure(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  return new StoreError('BullMQ could not reach or use Redis. The error is the cause.', { cause: error })
}
