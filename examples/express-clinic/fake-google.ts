import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../src/testing/fake-google/cli.ts', import.meta.url))
const STARTS_WITHIN_MS = 120_000

export interface FakeGoogleSettings {
  readonly redirectUri: string
  readonly seed: number
  readonly noQuota: boolean
  /** Requests that its journal holds; default 1000. */
  readonly journal?: number
}

export interface ReportRow {
  readonly method: string
  readonly status: number
  readonly reason?: string
  readonly delivery: string
  readonly count: number
  readonly units: number
}

/** The fake Google as a process of its own; all that is said to it goes over HTTP. */
export class FakeGoogleProcess {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, ready: Record<string, string>) {
    this.#child = child
    this.url = ready.url ?? ''
    this.clientId = ready.clientId ?? ''
    this.clientSecret = ready.clientSecret ?? ''
  }

  static async start(settings: FakeGoogleSettings): Promise<FakeGoogleProcess> {
    const { redirectUri, seed, noQuota, journal = 1000 } = settings
    const args = [
      CLI,
      '--port',
      '0',
      '--redirect-uri',
      redirectUri,
      '--seed',
      `${seed}`,
      '--journal',
      `${journal}`,
    ]
    const child = spawn(process.execPath, noQuota ? [...args, '--no-quota'] : args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    // However this process ends, the other one does not outlive it.
    process.once('exit', () => child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })
    const timer = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN_MS)
    try {
      const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(endedEarly)])
      return new FakeGoogleProcess(child, JSON.parse(String(line)))
    } finally {
      clearTimeout(timer)
    }
  }

  /** Where the library finds what Google has. */
  get endpoints() {
    return {
      authorization: `${this.url}/o/oauth2/v2/auth`,
      token: `${this.url}/token`,
      revoke: `${this.url}/revoke`,
      keys: `${this.url}/oauth2/v3/certs`,
      calendarRoot: `${this.url}/`,
    }
  }

  /** The control API: `POST /_control/<name>`. */
  async control<T = unknown>(name: string, body: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const response = await fetch(`${this.url}/_control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.ok) return (await response.json()) as T
    throw new Error(`The fake Google answered ${response.status} to ${name}: ${await response.text()}`)
  }

  /** Requests to the Calendar API so far, by kind. */
  async report(): Promise<readonly ReportRow[]> {
    const { rows } = await this.control<{ rows: ReportRow[] }>('report')
    return rows.filter(({ method }) => !method.startsWith('oauth.') && method !== 'unknown')
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 3_000)
    await ended
    clearTimeout(timer)
  }
}

function endedEarly(): never {
  throw new Error('The fake Google ended before it was ready.')
}
