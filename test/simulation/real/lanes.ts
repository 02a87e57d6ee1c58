import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LaneJob, RealResult } from './lane.ts'

const LANE = fileURLToPath(new URL('lane-process.ts', import.meta.url))

/** Splits the seeds between lanes that run side by side. Rejects when a lane ends before its last history. */
export async function runLanes(
  job: Omit<LaneJob, 'stride'>,
  lanes: number,
  onResult: (result: RealResult) => void,
): Promise<void> {
  const shares = Array.from({ length: lanes }, (_, i) => ({
    ...job,
    first: job.first + i,
    stride: lanes,
    count: Math.floor(job.count / lanes) + (i < job.count % lanes ? 1 : 0),
  }))
  await Promise.all(shares.filter(({ count }) => count > 0).map(share => runLaneProcess(share, onResult)))
}

function runLaneProcess(job: LaneJob, onResult: (result: RealResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(LANE, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let said = ''
    child.stderr?.on('data', chunk => {
      said = (said + String(chunk)).slice(-8_000)
    })
    child.on('message', (message: { result?: RealResult; done?: true }) => {
      if (message.result) onResult(message.result)
      if (message.done) resolve()
    })
    child.on('exit', code => reject(new Error(`A lane ended with ${code} before its last history.\n${said}`)))
    child.on('error', reject)
    child.send(job)
  })
}
