import type { NewRow } from '../../express-clinic/appointments.ts'

/** What an import file holds, in the order of the file. */
export type Entry =
  | { readonly line: number; readonly row: NewRow }
  /** Cannot be used; the rest goes on. */
  | { readonly line: number; readonly problem: string }
  /** An occurrence that was moved or called off leaves its series. */
  | { readonly line: number; readonly exception: SeriesException }

export interface SeriesException {
  readonly uid: string
  /** `EXDATE…:…` */
  readonly exdate: string
}

/** Says why one row cannot be used. */
export class BadRow extends Error {
  override readonly name = 'BadRow'
}
