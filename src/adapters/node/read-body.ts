import type { IncomingMessage } from 'node:http'

/** Well above what any route takes; what is longer is cut off here, and refused as too long by the handler. */
export const MAX_READ_BYTES = 65_536

export const CONSUMED =
  'The body of the request was read before the handler saw it, and no parser left it in req.body.'

export interface ReadBody {
  readonly bytes: Uint8Array
  /** More was sent than was read: the connection cannot be used again. */
  readonly isCut: boolean
}

/** Nobody is left to answer. */
export class ClientGone extends Error {}

/** Rejects with `ClientGone` when the client goes away, and at once when somebody else has read the body. How long a slow one may take is the server's `requestTimeout`. */
export function readBody(request: IncomingMessage): Promise<ReadBody> {
  if (request.readableDidRead) return Promise.reject(new Error(CONSUMED))
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
    const gone = () => reject(new ClientGone('The client went away.'))
    request.once('error', gone)
    request.once('close', gone)
  })
}
