import type { IncomingMessage } from 'node:http'

/** Well above what any route takes; what is longer is cut off here, and refused as too long by the handler. */
export const MAX_READ_BYTES = 65_536

export interface ReadBody {
  readonly bytes: Uint8Array
  /** More was sent than was read: the connection cannot be used again. */
  readonly isCut: boolean
}

/** Rejects when the client goes away. How long a slow one may take is the server's `requestTimeout`. */
export function readBody(request: IncomingMessage): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const end = (isCut: boolean) => {
      request.off('data', onData)
      resolve({ bytes: Buffer.concat(chunks), isCut })
    }
    const onData = (chunk: Uint8Array) => {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size <= MAX_READ_BYTES) return
      request.pause()
      end(true)
    }
    request.on('data', onData)
    request.once('end', () => end(false))
    request.once('error', reject)
    request.once('close', () => reject(new Error('The client went away.')))
  })
}
