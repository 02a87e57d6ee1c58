import type { World } from '../world/world.ts'
import { type ConditionsControl, conditionsControl } from './conditions.ts'
import { type PeopleControl, peopleControl } from './people.ts'
import { type StateControl, stateControl } from './state-control.ts'
import { type UserInterfaceControl, userInterfaceControl } from './user-interface.ts'

/** Everything a test can do to the fake from outside; over HTTP the same lies under `/_control/`. */
export interface FakeGoogleControl
  extends PeopleControl,
    UserInterfaceControl,
    ConditionsControl,
    StateControl {
  health(): { readonly ok: true; readonly now: string; readonly users: number; readonly calendars: number }
}

/**
 * `settle` carries out late requests that are due, so that what is read is up to date; `changed` is told after
 * each call, since any may have changed what somebody watches.
 */
export function createControl(world: World, settle: () => void, changed: () => void): FakeGoogleControl {
  const control: FakeGoogleControl = {
    ...peopleControl(world),
    ...userInterfaceControl(world, settle),
    ...conditionsControl(world, settle),
    ...stateControl(world),
    health: () => ({
      ok: true,
      now: new Date(world.time.now()).toISOString(),
      users: world.users.all().length,
      calendars: world.calendars.all().length,
    }),
  }
  const telling = Object.entries(control).map(([name, run]: [string, (...input: never[]) => unknown]) => [
    name,
    (...input: never[]) => {
      try {
        return run(...input)
      } finally {
        changed()
      }
    },
  ])
  return Object.fromEntries(telling) as FakeGoogleControl
}
