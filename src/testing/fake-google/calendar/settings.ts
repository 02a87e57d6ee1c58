import type { ApiCall } from '../wire/call.ts'
import { invalid, notFound } from '../wire/envelope.ts'
import type { JsonObject } from '../wire/json.ts'
import { decodeOpaque, encodeOpaque } from '../wire/opaque.ts'
import { integerParameter } from '../wire/parameters.ts'
import type { Reply } from '../wire/reply.ts'
import type { UserSetting } from '../world/user-settings.ts'

export function get(call: ApiCall): Reply {
  const setting = call.user.settings.get(call.eventId) ?? notFound()
  const json = render(setting)
  return { status: 200, json, headers: { etag: String(json.etag) } }
}

/** Settings at their default may be missing (Calendar API, "Settings"). */
export function list(call: ApiCall): Reply {
  const { query, user, world } = call
  const max = integerParameter(query, 'maxResults', 100, 250)
  const since = readToken(call, 'syncToken', 'us')
  const from = readToken(call, 'pageToken', 'up') ?? 0
  const { settings } = user
  const wanted = settings.all().filter(setting => {
    if (since !== undefined) return setting.seq > since
    return world.switches.settingsAtDefaultListed || !settings.isDefault(setting)
  })
  const token =
    from + max < wanted.length
      ? { nextPageToken: encodeOpaque(['up', user.sub, from + max]) }
      : { nextSyncToken: encodeOpaque(['us', user.sub, settings.seq]) }
  const etag = `"p3${(1_000_000 + settings.seq).toString(32)}0g"`
  const items = wanted.slice(from, from + max).map(render)
  return { status: 200, json: { kind: 'calendar#settings', etag, ...token, items } }
}

function readToken(
  { query, user }: ApiCall,
  name: 'syncToken' | 'pageToken',
  kind: string,
): number | undefined {
  const token = query.get(name)
  if (token === null) return undefined
  const [found, sub, position] = decodeOpaque(token) ?? []
  if (found === kind && sub === user.sub) return Number(position)
  return invalid(name === 'syncToken' ? 'Invalid sync token value.' : 'Invalid page token value.')
}

function render({ id, value, seq }: UserSetting): JsonObject {
  return { kind: 'calendar#setting', etag: `"${1_000_000 + seq}"`, id, value }
}
