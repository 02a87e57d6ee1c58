import type { World } from '../world/world.ts'
import type { StoredCalendar } from './stored-calendar.ts'

/** Changes to events, the same whether an app asks for them or the user's own hands. */
export interface Writing {
  readonly world: World
  readonly now: number
  readonly calendar: StoredCalendar
  /** Holds guests to what they may change of their copy, and locked copies to what they are. */
  readonly asGuest?: boolean
  readonly inBatch?: boolean
  /** Put there by Google itself, such as an event made from a mail. */
  readonly planted?: boolean
}
