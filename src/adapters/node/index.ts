export { type NodeContext, type NodeHandlerOptions, type NodeListener, nodeHandler } from './node-handler.ts'
export type { FetchHandler } from './serve.ts'
