import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { BulkJob, BulkResult, Failure } from './bulk.ts'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))
const HOOKS = fileURLToPath(new URL('mutants/hooks.ts', import.meta.url))

export interface ChildOptions {
  /** Applied to the sources while they load. */
  readonly mutant?: string | undefined
  /** As soon as it is found: a long run goes on for an hour after it. */
  readonly onFailure?: ((failure: Failure) => void) | undefined
}

/** Runs a job in a process of its own. Rejects when that process ends without an answer. */
export function runInChild(job: BulkJob, { mutant, onFailure }: ChildOptions = {}): Promise<BulkResult> {
  return new Promise((resolve, reject) => {
    const child = fork(WORKER, {
      execArgv: mutant === undefined ? [] : ['--import', HOOKS],
      env: { ...process.env, ...(mutant !== undefined && { SIM_MUTANT: mutant }) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let said = ''
    child.stderr?.on('data', chunk => {
      said = (said + String(chunk)).slice(-4_000)
    })
    child.on('message', (message: { failure?: Failure; result?: BulkResult }) => {
      if (message.failure) onFailure?.(message.failure)
      if (!message.result) return
      resolve(message.result)
      child.disconnect()
    })
    child.on('exit', code => reject(new Error(`A worker ended with ${code} before it answered.\n${said}`)))
    child.on('error', reject)
    child.send(job)
  })
}

/** Splits the seeds between as many processes as given. */
export async function runShared(
  job: Omit<BulkJob, 'stride'>,
  processes: number,
  options: ChildOptions = {},
): Promise<BulkResult[]> {
  const shares = Array.from({ length: processes }, (_, i) => ({
    ...job,
    first: job.first + i,
    stride: processes,
    count: Math.floor(job.count / processes) + (i < job.count % processes ? 1 : 0),
  }))
  return Promise.all(shares.filter(({ count }) => count > 0).map(share => runInChild(share, options)))
}
