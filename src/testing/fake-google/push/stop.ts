import { type ApiCall, jsonBody } from '../wire/call.ts'
import { refuse, required } from '../wire/envelope.ts'
import type { Reply } from '../wire/reply.ts'

/** Calendar API, "Channels: stop": by the user who opened it, through the same client. */
export function stop(call: ApiCall): Reply {
  const { world, user, client, now } = call
  const { id, resourceId } = jsonBody(call)
  if (typeof id !== 'string' || typeof resourceId !== 'string') return required('Required')
  const channel = world.channels.find(id, resourceId, now)
  if (!channel || channel.user !== user || channel.client !== client) {
    const message = `Channel '${id}' not found for project '${client.projectNumber}'`
    return refuse(404, 'global', 'notFound', message)
  }
  channel.stoppedAt = now
  return { status: 204, text: '' }
}
