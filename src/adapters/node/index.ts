export { type NodeContext, type NodeListener, nodeHandler } from './node-handler.ts'
export type { FetchHandler } from './serve.ts'
