import { type MessagePort, workerData } from 'node:worker_threads'

/** Sends what the other thread waits for. */
const { port, signal } = workerData as { port: MessagePort; signal: SharedArrayBuffer }
const flag = new Int32Array(signal)

port.on('message', async ({ url, body }: { url: string; body: string }) => {
  port.postMessage(await post(url, body))
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
})

async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { method: 'POST', body })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    return { status: 0, text: String((error as Error).cause ?? error) }
  }
}
