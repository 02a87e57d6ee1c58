/** What is used of the module `bullmq`; `Connection` is what its classes take for one. */
export interface BullmqLike<Connection> {
  readonly Queue: new (name: string, options: BullmqQueueSettings<Connection>) => BullmqQueueHandle
  readonly Worker: new (
    name: string,
    processor: BullmqProcessor,
    options: BullmqWorkerSettings<Connection>,
  ) => BullmqWorkerHandle
  readonly DelayedError: new () => Error
}

export interface BullmqQueueSettings<Connection> {
  connection: Connection
  prefix?: string
  streams: { events: { maxLen: number } }
}

export interface BullmqWorkerSettings<Connection> {
  connection: Connection
  prefix?: string
  concurrency: number
  lockDuration: number
  stalledInterval: number
  maxStalledCount: number
}

export interface BullmqQueueHandle {
  add(name: string, data: object, options: BullmqAdd): Promise<unknown>
  close(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface BullmqAdd {
  delay?: number
  attempts: number
  backoff: { type: 'fixed'; delay: number }
  removeOnComplete: true
  removeOnFail: true
  deduplication: { id: string; keepLastIfActive: true; reschedule?: true }
}

export interface BullmqWorkerHandle {
  waitUntilReady(): Promise<unknown>
  pause(doNotWaitActive: boolean): Promise<void>
  close(force?: boolean): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface BullmqJob {
  readonly data: unknown
  moveToDelayed(timestamp: number, token?: string): Promise<void>
}

export type BullmqProcessor = (job: BullmqJob, token?: string) => Promise<void>
