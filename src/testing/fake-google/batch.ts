import type { Call } from './wire/call.ts'
import { backendError } from './wire/envelope.ts'
import type { Exchange, FakeRequest } from './wire/exchange.ts'
import { boundaryOf, type PartAnswer, readParts, renderParts } from './wire/multipart.ts'
import { type Reply, render } from './wire/reply.ts'
import { backendFailure } from './wire/standard-errors.ts'

/** Discovery's `batchPath`. The one for all of Google's APIs, `/batch`, is none of Calendar's. */
const PATH = '/batch/calendar/v3'

export function isBatch({ verb, path }: Call): boolean {
  return verb === 'POST' && path === PATH
}

/** Calendar API, "Batch": one HTTP request for many calls, each with its own answer and its own cost. */
export function batch(call: Call, request: FakeRequest, run: (inner: FakeRequest) => Exchange): Reply {
  const { world, origin } = call
  const boundary = boundaryOf(request.headers['content-type'])
  const parts = boundary === undefined ? undefined : readParts(request, boundary, origin)
  if (!parts || parts.length === 0) return bad('Failed to parse batch request: no valid parts.')
  if (parts.length > world.switches.batchLimit)
    return bad(`The batch request contains too many calls: at most ${world.switches.batchLimit} are allowed.`)
  const order = [...parts.keys()]
  // The order of execution is not guaranteed; that of the answers is.
  if (world.switches.batchOrder === 'shuffled') shuffle(order, () => world.chance.float())
  const answers: PartAnswer[] = []
  for (const index of order) {
    const part = parts[index]
    if (!part) continue
    const exchange = run({ ...part.request, inBatch: true })
    // What breaks one call's connection elsewhere is a server error here: the parts share a connection.
    const response = exchange.delivery === 'answered' ? exchange.response : render(backendFailure(503))
    answers[index] = { contentId: part.contentId, response }
  }
  const mark = `batch_${world.ids.eventId()}`
  const headers = { 'content-type': `multipart/mixed; boundary=${mark}` }
  return { status: 200, text: renderParts(answers, mark), headers }
}

function shuffle(items: number[], float: () => number): void {
  for (let index = items.length - 1; index > 0; index--) {
    const other = Math.floor(float() * (index + 1))
    const [a = 0, b = 0] = [items[index], items[other]]
    items[index] = b
    items[other] = a
  }
}

/** The words are ours: what Google says here is not known. */
function bad(message: string): Reply {
  return backendError(400, 'global', 'badRequest', message)
}
