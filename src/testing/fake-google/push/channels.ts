import type { CalendarList } from '../calendar/user-calendar-list.ts'
import type { Channel } from './channel.ts'

/** Every watch of every user. */
export class Channels {
  private _live: Channel[] = []
  /** Ids are never free again, not even after the stop (observed). By project. */
  private readonly _used = new Map<string, Channel>()

  /** Answers false where the id was used in the project before. */
  add(channel: Channel): boolean {
    const key = `${channel.client.projectNumber} ${channel.id}`
    if (this._used.has(key)) return false
    this._used.set(key, channel)
    this._live.push(channel)
    return true
  }

  find(id: string, resourceId: string, now: number): Channel | undefined {
    return this._live.find(
      channel =>
        channel.id === id &&
        channel.resourceId === resourceId &&
        channel.stoppedAt === undefined &&
        now < channel.expiresAt,
    )
  }

  /** Also when it was stopped or has expired. */
  everKnown(id: string): Channel | undefined {
    return [...this._used.values()].find(channel => channel.id === id)
  }

  all(): readonly Channel[] {
    return this._live
  }

  get isEmpty(): boolean {
    return this._live.length === 0
  }

  /** Expired ones die without a word. */
  forget(now: number, stragglersMs: number): void {
    this._live = this._live.filter(
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
