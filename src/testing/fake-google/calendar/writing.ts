import type { World } from '../world/world.ts'
import type { StoredCalendar } from './stored-calendar.ts'

/** Changes to events, the same whether an app asks for them or the user's own hands. */
export interface Writing {
  readonly world: World
  readonly now: number
  readonly calendar: StoredCalendar
  /** Holds guests to what they may change of their copy of an invitation. */
  readonly asGuest?: boolean
  readonly inBatch?: boolean
}
