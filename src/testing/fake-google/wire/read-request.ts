import type { World } from '../world/world.ts'
import type { Call } from './call.ts'
import type { FakeRequest } from './exchange.ts'

const ORIGIN = /^https?:\/\/[^/?#]+/i

export function readRequest(
  world: World,
  { method, url, headers, body, inBatch = false }: FakeRequest,
): Call {
  const origin = ORIGIN.exec(url)?.[0] ?? ''
  const [target = ''] = url.slice(origin.length).split('#')
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1))
  const now = world.time.now()
  return { world, now, verb: method, url, origin, path: path || '/', query, headers, body, inBatch }
}
