import type { Connection } from '../../contracts/connection.ts'
import type { Link } from '../../contracts/link.ts'
import { AppointmentError } from '../../errors.ts'
import type { Mapper } from '../../mapping/index.ts'
import { concerns } from '../detached.ts'

/** What a pass thinks of one ref of an account, before anything is done about it. */
export type Finding =
  | 'fine'
  /** Something of ours changed. */
  | 'changed'
  /** Google's side is not as we left it: read the event. */
  | 'verify'
  /** The event would go, or move, and nobody told us (ENGINE C5). */
  | 'removal'
  | 'move'

/** The etag that the listing showed; `missing`: not listed; `unlisted`: no listing was made. */
export type Listed = { readonly etag: string | undefined } | 'missing' | 'unlisted'

export interface Examination {
  readonly mapper: Mapper
  readonly connection: Connection
  /** Epoch ms; what ended before is not created. */
  readonly windowStart: number
  readonly raw: unknown
  /** The account's links of the ref. */
  readonly links: readonly Link[]
  readonly listed: (eventId: string) => Listed
}

/** Compares an appointment with its links of one account. Makes no call. */
export function examine(examination: Examination): Finding {
  const { connection, links } = examination
  const target = connection.target?.key
  const current = links.find(link => link.target === target)
  const finding = examineCurrent(examination, current)
  const isElsewhere = links.some(link => link !== current && concerns(target, link))
  return finding === 'fine' && isElsewhere ? 'changed' : finding
}

function examineCurrent(
  { mapper, connection, windowStart, raw, listed }: Examination,
  current: Link | undefined,
): Finding {
  const wanted = project(mapper, connection, raw)
  if (wanted === 'invalid') return current?.problem ? 'fine' : 'changed'
  if (wanted === undefined) {
    if (current === undefined || current.kept) return 'fine'
    // What may be there, since a write of it has no answer yet, would go like what is.
    if (current.event === 'live' || (current.event === 'none' && current.intents.length > 0)) return 'removal'
    // Listed all the same: a person took it out of the bin.
    if (current.event === 'deleted') return typeof listed(current.eventId) === 'object' ? 'verify' : 'fine'
    return 'changed'
  }
  if (current === undefined) return 'changed'
  if (current.status === 'out-of-window') return wanted.endsAt < windowStart ? 'fine' : 'changed'
  const prints = mapper.fingerprints(wanted.fields)
  const parked = current.problem?.parked
  if (parked?.tag === prints.whole && parked.settingsVersion === connection.settingsVersion) return 'fine'
  if (current.event !== 'live' || current.intents.length > 0 || current.behind) {
    return current.notes.includes('gone-in-google') && !current.behind ? 'fine' : 'verify'
  }
  const shown = listed(current.eventId)
  const moved = current.sent !== undefined && current.sent.fields.start !== prints.fields.start
  if (moved) return 'move'
  if (shown === 'missing') return 'verify'
  if (typeof shown === 'object' && shown.etag !== current.etag) return 'verify'
  const same = current.sent?.whole === prints.whole && current.settingsVersion === connection.settingsVersion
  // A problem that is over, such as a mistake in `mapEvent`, leaves no other trace.
  return same && current.problem === undefined ? 'fine' : 'changed'
}

function project(mapper: Mapper, connection: Connection, raw: unknown) {
  if (raw === undefined || raw === null) return undefined
  try {
    const appointment = mapper.parseAppointment(raw)
    if (!mapper.wantedIn(appointment, connection.account.userId)) return undefined
    return mapper.project(appointment, connection.settings)
  } catch (error) {
    if (error instanceof AppointmentError) return 'invalid'
    throw error
  }
}
