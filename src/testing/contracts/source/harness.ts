import type {
  AppointmentChange,
  AppointmentSource,
  ChangesPage,
  MaybePromise,
} from '../../../contracts/appointment-source.ts'
import type { AccountRef, AppointmentRef } from '../../../contracts/identity.ts'
import type { Expect } from '../runner.ts'

/** What a host's test file gives for each case: its source over some appointments, and hands to change them. */
export interface AppointmentSourceFixture {
  readonly source: AppointmentSource
  readonly account: AccountRef
  readonly endsAfter: Date
  /** Three or more appointments of the account that end after `endsAfter`. */
  readonly known: readonly AppointmentRef[]
  /** A ref of the same workspace that no appointment has. */
  readonly unknown: AppointmentRef
  /** Changes the appointment in the host's data, so that `changes` lists it again. */
  touch(ref: AppointmentRef): MaybePromise<void>
  /** Deletes the appointment from the host's data. */
  remove(ref: AppointmentRef): MaybePromise<void>
  /** Makes every further call of the source fail, as a lost database does. */
  breakDown?(): MaybePromise<void>
  /** For sources with `apply`: a change made on what is true now. */
  aChange?(): MaybePromise<AppointmentChange>
  close?(): MaybePromise<void>
}

export interface SourceHarness extends AppointmentSourceFixture {
  readonly expect: Expect
}

export const nameOf = ({ workspaceId, appointmentId }: AppointmentRef): string =>
  JSON.stringify([workspaceId, appointmentId])

export async function changesAfter(
  { source, account, endsAfter }: SourceHarness,
  after: string | undefined,
  limit: number,
): Promise<ChangesPage> {
  return source.changes({ account, endsAfter, limit, ...(after === undefined ? {} : { after }) })
}

export interface Listing {
  readonly refs: readonly AppointmentRef[]
  /** Where a later listing goes on. */
  readonly cursor: string | undefined
}

/** Page by page to the first page without refs. */
export async function listAll(
  harness: SourceHarness,
  after: string | undefined,
  limit: number,
): Promise<Listing> {
  const refs: AppointmentRef[] = []
  let cursor = after
  for (let pages = 0; pages < 10_000; pages++) {
    const page = await changesAfter(harness, cursor, limit)
    if (page.refs.length === 0) return { refs, cursor: page.cursor ?? cursor }
    if (page.refs.length > limit) throw new Error(`A page of at most ${limit} refs has ${page.refs.length}.`)
    if (page.cursor === undefined) throw new Error('A page with refs has no cursor.')
    refs.push(...page.refs)
    cursor = page.cursor
  }
  throw new Error('The listing never came to a page without refs.')
}
