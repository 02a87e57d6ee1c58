import type { GoogleEvent } from '../contracts/google-event.ts'
import { CalendarSyncError } from '../errors.ts'
import type { CalendarApi, EventAt, GoogleResult } from '../google/api.ts'
import { insertBody, type ProjectionFields, patchBody, reviveBody, type Stamp } from '../mapping/index.ts'
import type { WriteStep } from './plan.ts'

export interface WriteRequest {
  readonly fields: ProjectionFields
  readonly stamp: Stamp
  readonly ifMatch: string | undefined
  /** The event as last read: its guests keep their answers. */
  readonly observed: GoogleEvent | undefined
  readonly mail: boolean
}

/** The one place where a planned step becomes a request to Google. */
export function writeRequest(
  api: CalendarApi,
  at: EventAt,
  step: WriteStep,
  { fields, stamp, ifMatch, observed, mail }: WriteRequest,
): Promise<GoogleResult<GoogleEvent | undefined>> {
  const sendUpdates = mail ? 'all' : 'none'
  if (step.do === 'insert') return api.insertEvent(at.calendarId, insertBody(fields, stamp), { sendUpdates })
  // ENGINE B3: an update or delete without a precondition could hit a state we have never seen.
  if (ifMatch === undefined)
    throw new CalendarSyncError('argument-invalid', `A ${step.do} was planned without an etag.`)
  const options = { ifMatch, sendUpdates } as const
  if (step.do === 'delete') return api.deleteEvent(at, options)
  if (step.do === 'revive') return api.updateEvent(at, reviveBody(fields, stamp), options)
  const changed = [...step.write, ...step.clear]
  return api.patchEvent(
    at,
    patchBody(fields, changed, stamp, { clearedFields: step.clear, observed }),
    options,
  )
}
