export {
  type ExpressContext,
  type ExpressLikeRequest,
  type ExpressNext,
  expressHandler,
} from './express-handler.ts'
