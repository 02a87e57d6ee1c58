import type { ApiCall } from '../wire/call.ts'
import { notFound } from '../wire/envelope.ts'
import type { JsonObject } from '../wire/json.ts'
import type { Reply } from '../wire/reply.ts'
import type { UserSetting } from '../world/user-settings.ts'
import { readChangeList } from './change-list.ts'

export function get(call: ApiCall): Reply {
  const setting = call.user.settings.get(call.eventId) ?? notFound()
  const json = render(setting)
  return { status: 200, json, headers: { etag: String(json.etag) } }
}

/** Settings at their default may be missing (Calendar API, "Settings"). */
export function list(call: ApiCall): Reply {
  const { user, world } = call
  const { settings } = user
  const { members, header } = readChangeList(call, {
    of: ['u', user.sub],
    epoch: user.syncEpoch,
    all: settings.all(),
    seq: settings.seq,
    shows: (setting, isDelta) =>
      isDelta || world.switches.settingsAtDefaultListed || !settings.isDefault(setting),
  })
  return { status: 200, json: { kind: 'calendar#settings', ...header, items: members.map(render) } }
}

function render({ id, value, seq }: UserSetting): JsonObject {
  return { kind: 'calendar#setting', etag: `"${1_000_000 + seq}"`, id, value }
}
