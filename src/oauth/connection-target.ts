import type { Target } from '../contracts/connection.ts'
import type { IdentityKey } from './identity-key.ts'
import type { CalendarChoice } from './scopes.ts'
import { targetKey } from './subject.ts'

export interface TargetChoice {
  readonly identity: IdentityKey
  readonly sub: string
  readonly calendar: CalendarChoice
  /** The target of the same Google account until now, unless its calendar is lost. */
  readonly known: Target | undefined
  /** Epoch ms. */
  readonly now: number
}

/** No calendar id yet: the engine creates the calendar and names the target by it (ENGINE D7). */
export const NOT_YET_CREATED = ''

/** The same choice on the same Google account stays the same target, by the key its links carry. */
export function chooseTarget({ identity, sub, calendar, known, now }: TargetChoice): Target {
  if (known?.kind === calendar) return known
  if (calendar === 'primary')
    return { key: targetKey(identity, sub, 'primary'), calendarId: 'primary', kind: 'primary' }
  return {
    key: targetKey(identity, sub, NOT_YET_CREATED),
    calendarId: NOT_YET_CREATED,
    kind: 'dedicated',
    creation: { requestedAt: now, attempts: 0 },
  }
}
