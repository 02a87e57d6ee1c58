import { CALENDAR_CASES } from './cases/calendars.ts'
import { ERROR_CASES } from './cases/errors.ts'
import { EVENT_CASES } from './cases/events.ts'
import { LIST_CASES } from './cases/lists.ts'
import { OAUTH_CASES } from './cases/oauth.ts'
import { PUSH_CASES } from './cases/push.ts'
import { RECURRENCE_CASES } from './cases/recurrence.ts'
import { SMALL_LIST_CASES } from './cases/small-lists.ts'
import { TOMBSTONE_CASES } from './cases/tombstones.ts'
import { WRITE_CASES } from './cases/writes.ts'
import type { ConformanceCase } from './conformance-case.ts'

/** Only what is documented or observed without contradiction: what is a switch in the fake is no case. */
export const CASES: readonly ConformanceCase[] = [
  ...OAUTH_CASES,
  ...ERROR_CASES,
  ...EVENT_CASES,
  ...WRITE_CASES,
  ...TOMBSTONE_CASES,
  ...RECURRENCE_CASES,
  ...LIST_CASES,
  ...CALENDAR_CASES,
  ...SMALL_LIST_CASES,
  ...PUSH_CASES,
]
