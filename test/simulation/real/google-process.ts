import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FakeGoogleOptions } from '../../../src/testing/fake-google/index.ts'

const GOOGLE = fileURLToPath(new URL('google.ts', import.meta.url))

export interface GoogleSettings extends Required<Pick<FakeGoogleOptions, 'quota' | 'switches'>> {
  readonly timeFile: string
  readonly seed: number
}

/** The process of the fake, kept from history to history. */
export class GoogleProcess {
  readonly #child: ChildProcess
  readonly #loaded: Promise<unknown>

  constructor(compileCache: string) {
    this.#child = fork(GOOGLE, {
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#loaded = once(this.#child, 'message')
  }

  /** A fresh Google without people; ends the one before. Answers its address. */
  async open(settings: GoogleSettings): Promise<string> {
    await this.#loaded
    const answered = once(this.#child, 'message')
    this.#child.send(settings)
    const [{ url }] = await answered
    return String(url)
  }

  /** Answers once the process had its turn. */
  async turn(): Promise<void> {
    const answered = once(this.#child, 'message')
    this.#child.send('turn')
    await answered
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}
