import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from './read-body.ts'
import { type FetchHandler, refuse, serve } from './serve.ts'

/** What `authenticate` gets as its context behind `nodeHandler`. */
export type NodeContext = { readonly req: IncomingMessage; readonly res: ServerResponse }

export type NodeListener = (req: IncomingMessage, res: ServerResponse) => void

/** Fits a handler to `node:http`: `createServer(nodeHandler(sync.handler))`. */
export function nodeHandler(handler: FetchHandler): NodeListener {
  return (req, res) => {
    const served = { req, res, target: req.url ?? '/', body: () => readBody(req) }
    serve(handler, served).catch(() => refuse(res, 500))
  }
}
