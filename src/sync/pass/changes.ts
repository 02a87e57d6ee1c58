import type { AppointmentRef } from '../../contracts/identity.ts'
import { CalendarSyncError } from '../../errors.ts'
import { CHANGES_PAGE, MAX_PAGES } from '../limits.ts'
import { type AccountPass, PassEnded, windowStartOf } from './account-pass.ts'

export interface ChangesBatch {
  readonly refs: readonly AppointmentRef[]
  readonly cursor: string
}

/** Pages of the host's `changes`, each ref of the account's workspace once a page. */
export async function* changesOf(pass: AccountPass, after: string | undefined): AsyncGenerator<ChangesBatch> {
  const { source } = pass.engine.deps
  const { account } = pass.connection
  const endsAfter = new Date(windowStartOf(pass.engine))
  let cursor = after
  for (let page = 0; page < MAX_PAGES; page++) {
    pass.mayGoOn()
    const found = await source.changes({ account, after: cursor, endsAfter, limit: CHANGES_PAGE })
    if (found.refs.length === 0) return
    if (found.cursor === undefined || found.cursor === cursor) {
      throw new CalendarSyncError(
        'argument-invalid',
        'AppointmentSource.changes answered refs without a cursor that moves on; see docs/contracts.md.',
      )
    }
    cursor = found.cursor
    yield { refs: distinct(found.refs.filter(ref => ref.workspaceId === account.workspaceId)), cursor }
  }
  throw new PassEnded('too-many-pages')
}

function distinct(refs: readonly AppointmentRef[]): AppointmentRef[] {
  return [...new Map(refs.map(ref => [ref.appointmentId, ref])).values()]
}
