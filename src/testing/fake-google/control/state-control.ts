import { restoreSnapshot, Snapshot, takeSnapshot } from '../world/snapshot.ts'
import type { World } from '../world/world.ts'
import { ControlError, expect } from './control-error.ts'

export interface StateControl {
  /** The whole state: accounts, tokens, calendars, channels, what is under way, ids and chance to come. */
  snapshot(): Snapshot
  restore(snapshot: Snapshot): void
  /** Keeps a snapshot inside the fake, under a name: for callers over HTTP. */
  saveSnapshot(name: string): void
  restoreSavedSnapshot(name: string): void
  /** The latest requests, a line each: when, what, who, the answer. */
  journal(): string
}

export function stateControl(world: World): StateControl {
  const saved = new Map<string, Snapshot>()
  return {
    snapshot: () => takeSnapshot(world),
    restore(snapshot) {
      if (!(snapshot instanceof Snapshot)) throw new ControlError('Not a snapshot')
      restoreSnapshot(world, snapshot)
    },
    saveSnapshot(name) {
      saved.set(name, takeSnapshot(world))
    },
    restoreSavedSnapshot(name) {
      restoreSnapshot(world, expect(saved.get(name), `No snapshot ${name}`))
    },
    journal: () =>
      world.report
        .requests()
        .map(({ at, verb, method, url, user, status, reason, delivery }) => {
          const what = `${new Date(at).toISOString()} ${verb} ${method} ${pathOf(url)}`
          const how = delivery === 'answered' ? '' : ` (${delivery})`
          return `${what} ${user ?? '-'} ${status}${reason === undefined ? '' : ` ${reason}`}${how}\n`
        })
        .join(''),
  }
}

/** Without the query, which may hold a token. */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]+/i, '').split('?')[0] || '/'
}
