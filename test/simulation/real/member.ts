import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Command, FromWorker, Held, Place, ToWorker } from './messages.ts'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))
const HOOKS = fileURLToPath(new URL('../mutants/hooks.ts', import.meta.url))

/** Its process ended before it could answer. */
export class Gone extends Error {}

/** One process of the host, as seen from outside. */
export class Member {
  readonly loaded: Promise<unknown>
  /** Epoch ms of the history until which it is stopped. */
  frozenUntil = 0
  isUp = false
  output = ''
  readonly #child: ChildProcess
  readonly #answers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  #onHeld: ((held: Held | undefined) => void) | undefined
  #turn = 0
  #ids = 0
  #isGone = false

  constructor(options: { readonly mutant?: string | undefined; readonly compileCache: string }) {
    const { mutant, compileCache } = options
    this.#child = fork(WORKER, {
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        ...(mutant === undefined ? [] : ['--import', HOOKS]),
      ],
      env: {
        ...process.env,
        ...(mutant === undefined ? { NODE_COMPILE_CACHE: compileCache } : { SIM_MUTANT: mutant }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', chunk => {
        this.output += String(chunk)
      })
    const ended = once(this.#child, 'exit').then(() => Promise.reject(new Gone(this.output.slice(-4_000))))
    this.loaded = Promise.race([once(this.#child, 'message'), ended])
    this.loaded.catch(() => {})
    this.#child.on('message', (message: FromWorker) => this.#hear(message))
    this.#child.once('exit', () => this.#ended())
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get isGone(): boolean {
    return this.#isGone
  }

  get isFrozen(): boolean {
    return this.frozenUntil > 0
  }

  async enter(place: Place): Promise<void> {
    await this.ask({ do: 'enter', place })
    this.isUp = true
  }

  /** Rejects with `Gone` when the process ends first, and with the code of what went wrong. */
  ask(command: Command): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isGone) {
        reject(new Gone())
        return
      }
      const id = ++this.#ids
      this.#answers.set(id, { resolve, reject })
      this.#send({ id, command })
    })
  }

  /** Time does not pass for it until `release`; `undefined` when the process ended, or was stopped. */
  hold(): Promise<Held | undefined> {
    return new Promise(resolve => {
      if (this.#isGone) resolve(undefined)
      this.#onHeld = resolve
      this.#send({ clock: 'hold', turn: ++this.#turn })
    })
  }

  release(): void {
    this.#send({ clock: 'release' })
  }

  /** Without a word of warning, at whatever it is doing. */
  kill(): void {
    this.isUp = false
    this.#child.kill('SIGKILL')
  }

  freeze(until: number): void {
    this.frozenUntil = until
    this.#child.kill('SIGSTOP')
    this.#onHeld?.(undefined)
  }

  thaw(): void {
    this.frozenUntil = 0
    this.#child.kill('SIGCONT')
  }

  #send(message: ToWorker): void {
    if (this.#isGone || !this.#child.connected) return
    this.#child.send(message, () => {})
  }

  #hear(message: FromWorker): void {
    if ('held' in message) {
      // One of before a stop may come late.
      if (message.turn === this.#turn) this.#onHeld?.(message.held)
    } else if ('id' in message) {
      const waiting = this.#answers.get(message.id)
      this.#answers.delete(message.id)
      if ('failed' in message) waiting?.reject(new Error(message.failed))
      else waiting?.resolve(message.result)
    }
  }

  #ended(): void {
    this.#isGone = true
    this.isUp = false
    this.#onHeld?.(undefined)
    for (const { reject } of this.#answers.values()) reject(new Gone())
    this.#answers.clear()
  }
}
