import { cloneGraph } from './clone-graph.ts'
import type { World } from './world.ts'

/** The whole state of a fake at one moment; opaque. It can be restored any number of times. */
export class Snapshot {
  readonly state: object

  constructor(state: object) {
    this.state = state
  }
}

/** Ids, chance and the clock's advance are part of it; the injected clock and a random source of one's own are not. */
export function takeSnapshot(world: World): Snapshot {
  return new Snapshot(cloneGraph({ ...world }, world.outside))
}

export function restoreSnapshot(world: World, { state }: Snapshot): void {
  Object.assign(world, cloneGraph(state, world.outside))
}
