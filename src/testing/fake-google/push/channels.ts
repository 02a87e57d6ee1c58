import type { CalendarList } from '../calendar/user-calendar-list.ts'
import type { Channel } from './channel.ts'

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
