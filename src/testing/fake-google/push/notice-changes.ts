import type { World } from '../world/world.ts'
import type { Channel } from './channel.ts'
import { versionOf } from './channels.ts'
import { pushMessage } from './push-message.ts'

/** Tells every channel whose resource has changed since it was last told. One message may stand for many changes. */
export function noticeChanges(world: World): void {
  if (world.channels.isEmpty) return
  const now = world.time.now()
  world.channels.forget(now, world.switches.pushStragglersMs)
  for (const channel of world.channels.all()) {
    const version = versionOf(channel, user => world.calendars.listOf(user))
    if (version === channel.version) continue
    channel.version = version
    if (maySee(channel)) sendChange(world, channel, now)
  }
}

function maySee({ watched, user }: Channel): boolean {
  if (!('calendar' in watched)) return true
  return !watched.calendar.deleted && watched.calendar.roleOf(user) !== undefined
}

function sendChange(world: World, channel: Channel, now: number): void {
  const { chance, outgoing, switches } = world
  const { pushDropRate, pushDelayMs, pushLateRate, pushLateByMs, pushDuplicateRate, pushNumbersJump } =
    switches
  channel.lastNumber += 1 + (pushNumbersJump ? Math.floor(chance.float() * 1000) : 0)
  const message = pushMessage(channel, 'exists', now + pushDelayMs, switches.pushContentType)
  if (pushDropRate > 0 && chance.float() < pushDropRate) {
    outgoing.record(message, now, 'dropped', false)
    return
  }
  if (pushLateRate > 0 && chance.float() < pushLateRate) {
    message.late = true
    message.at += Math.floor(chance.float() * pushLateByMs)
  }
  // A change that follows while a message still waits needs no second one.
  if (!message.late && outgoing.hasWaiting(channel.id)) return
  outgoing.add(message)
  if (pushDuplicateRate > 0 && chance.float() < pushDuplicateRate) outgoing.add({ ...message })
}
