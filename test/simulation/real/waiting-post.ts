import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'

/** Generous: on a busy machine the fake only answers later. */
const ANSWERS_WITHIN_MS = 300_000

/** HTTP that waits for its answer: people and judges act and look in one go, whatever the history is made of. */
export class WaitingPost {
  readonly #port: MessagePort
  readonly #flag = new Int32Array(new SharedArrayBuffer(4))
  readonly #thread: Worker

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#thread = new Worker(new URL('post-thread.ts', import.meta.url), {
      workerData: { port: port2, signal: this.#flag.buffer },
      transferList: [port2],
    })
    this.#port.unref()
    this.#thread.unref()
  }

  send(url: string, body: string): { readonly status: number; readonly text: string } {
    Atomics.store(this.#flag, 0, 0)
    this.#port.postMessage({ url, body })
    if (Atomics.wait(this.#flag, 0, 0, ANSWERS_WITHIN_MS) === 'timed-out')
      throw new Error(`No answer from ${url} within ${ANSWERS_WITHIN_MS} ms.`)
    return receiveMessageOnPort(this.#port)?.message
  }

  async end(): Promise<void> {
    this.#port.close()
    await this.#thread.terminate()
  }
}
