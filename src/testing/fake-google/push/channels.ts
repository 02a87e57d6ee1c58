import type { CalendarList } from '../calendar/user-calendar-list.ts'
import type { World } from '../world/world.ts'
import type { Channel } from './channel.ts'
import { pushMessage } from './push-message.ts'

/** Every watch of every user. */
export class Channels {
  #live: Channel[] = []
  /** Ids are never free again, not even after the stop (observed). By project. */
  readonly #used = new Set<string>()

  /** Answers false where the id was used in the project before. */
  add(channel: Channel): boolean {
    const key = `${channel.client.projectNumber} ${channel.id}`
    if (this.#used.has(key)) return false
    this.#used.add(key)
    this.#live.push(channel)
    return true
  }

  find(id: string, resourceId: string, now: number): Channel | undefined {
    return this.#live.find(
      channel =>
        channel.id === id &&
        channel.resourceId === resourceId &&
        channel.stoppedAt === undefined &&
        now < channel.expiresAt,
    )
  }

  all(): readonly Channel[] {
    return this.#live
  }

  get isEmpty(): boolean {
    return this.#live.length === 0
  }

  /** Expired ones die without a word. */
  forget(now: number, stragglersMs: number): void {
    this.#live = this.#live.filter(
      ({ expiresAt, stoppedAt }) =>
        now < expiresAt && (stoppedAt === undefined || now < stoppedAt + stragglersMs),
    )
  }
}

export function versionOf(
  channel: Pick<Channel, 'watched' | 'user'>,
  listOf: (user: Channel['user']) => CalendarList,
) {
  const { watched, user } = channel
  if (!('calendar' in watched)) return watched.kind === 'settings' ? user.settings.seq : listOf(user).seq
  return watched.kind === 'acl' ? watched.calendar.access.seq : watched.calendar.log.length
}

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
