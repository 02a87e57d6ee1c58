import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RoundConfig } from './process.ts'

const STOPS_WITHIN_MS = 60_000
const HIRED_AGAIN_AFTER_MS = 300

const TICK_MS = 10

/** Linux counts it in hundredths of a second, in fields 14 and 15, behind a name that may hold anything. */
function cpuMsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return 0
  }
}

/** The worker processes of a round: killed at random, and always replaced. */
export class Crew {
  readonly #program: string
  readonly #config: RoundConfig
  readonly #members = new Set<ChildProcess>()
  /** Those that have said so: one that is killed while it still loads has done nothing to interrupt. */
  readonly #started = new Set<ChildProcess>()
  #isEnding = false
  kills = 0

  constructor(program: string, config: RoundConfig) {
    this.#program = program
    this.#config = config
    for (let count = 0; count < config.workers; count++) this.#hire()
  }

  /** Processor time that the living have had, ms; a machine that gives them none makes no round stuck. */
  get cpuMs(): number {
    return [...this.#members].reduce((sum, { pid }) => sum + cpuMsOf(pid), 0)
  }

  /** Until each has started. */
  async allWorking(): Promise<void> {
    while (this.#started.size < this.#config.workers) await sleep(50)
  }

  #hire(): void {
    if (this.#isEnding) return
    const child = fork(this.#program, [JSON.stringify(this.#config)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    })
    this.#members.add(child)
    child.once('message', () => this.#started.add(child))
    child.once('exit', () => {
      this.#members.delete(child)
      this.#started.delete(child)
      sleep(HIRED_AGAIN_AFTER_MS).then(() => this.#hire())
    })
  }

  /** Without a word of warning, at whatever it is doing. */
  kill(index: number): void {
    const working = [...this.#started]
    const child = working[index % Math.max(1, working.length)]
    if (!child) return
    this.kills++
    this.#started.delete(child)
    child.kill('SIGKILL')
  }

  /** Orderly. Answers how those ended that did not end by themselves, and well. */
  async end(): Promise<string[]> {
    this.#isEnding = true
    const outcomes = await Promise.all(
      [...this.#members].map(async child => {
        if (child.exitCode !== null || child.signalCode !== null) return []
        const hadStarted = this.#started.has(child)
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS)
        const [code, signal] = await exited
        clearTimeout(timer)
        if (code === 0) return []
        const how = signal === null ? `exit code ${code}` : String(signal)
        // One hired a moment ago knows no SIGTERM yet, and has nothing to end.
        return !hadStarted && signal === 'SIGTERM' ? [] : [how]
      }),
    )
    return outcomes.flat()
  }
}
