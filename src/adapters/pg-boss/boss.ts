/** Runs SQL for pg-boss: its own pool, or the host's transaction. */
export interface PgBossExecutor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** What is used of a started `PgBoss`. */
export interface PgBossLike {
  getDb(): PgBossExecutor
  createQueue(name: string, options: PgBossQueueSettings): Promise<void>
  getQueue(name: string): Promise<{ policy?: string } | null>
  send(name: string, data: object, options: PgBossSend): Promise<string | null>
  fetch(name: string, options: PgBossFetch): Promise<readonly PgBossJob[]>
  complete(name: string, job: PgBossAttempt, data?: object | null): Promise<unknown>
  fail(name: string, jobs: PgBossAttempt[], data?: object | null): Promise<unknown>
  touch(name: string, jobs: PgBossAttempt[]): Promise<unknown>
}

export interface PgBossQueueSettings {
  policy: 'stately'
  retryLimit: number
  retryDelay: number
  retryBackoff: boolean
  retryDelayMax: number
  heartbeatSeconds: number
  expireInSeconds: number
  deleteAfterSeconds: number
}

export interface PgBossSend {
  singletonKey: string
  priority: number
  startAfter?: Date
  db?: PgBossExecutor
}

export interface PgBossFetch {
  batchSize: number
  minPriority: number
  includeMetadata: true
}

/** An attempt, not just an id: a stale worker's answer is then refused. */
export interface PgBossAttempt {
  id: string
  retryCount: number
}

export interface PgBossJob extends PgBossAttempt {
  data: object
  priority: number
}
