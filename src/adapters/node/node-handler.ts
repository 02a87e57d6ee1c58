import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from './read-body.ts'
import { type FetchHandler, refuse, serve } from './serve.ts'

/** What `authenticate` gets as its context behind `nodeHandler`. */
export type NodeContext = { readonly req: IncomingMessage; readonly res: ServerResponse }

export type NodeListener = (req: IncomingMessage, res: ServerResponse) => void

export interface NodeHandlerOptions {
  /** Told of a handler that rejects, and of a body that somebody read before: the client gets a bare 500. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** Fits a handler to `node:http`: `createServer(nodeHandler(sync.handler))`. */
export function nodeHandler(handler: FetchHandler, { onError }: NodeHandlerOptions = {}): NodeListener {
  return (req, res) => {
    const served = { req, res, target: req.url ?? '/', body: () => readBody(req) }
    serve(handler, served)
      .catch(error => {
        refuse(res, 500)
        onError?.(error)
      })
      // A host's hook that throws must not end the process.
      .catch(() => {})
  }
}
