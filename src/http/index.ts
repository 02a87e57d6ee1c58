export { createHandler, type HandlerOptions, type SyncHandler } from './handler.ts'
export type { Authenticate, HttpOptions, IsMember, RequestContext } from './http-options.ts'
export type { Disconnected, OfferedCalendar, SyncOperations } from './operations.ts'
