import type { CalendarRequest } from '../../../src/google/transport.ts'

/** A write as the books held it before it left. */
export interface CommittedIntent {
  /** Store time. */
  readonly at: number
  readonly number: number
  readonly appVersion: string | undefined
  /** When the process had read what the app wants, before it committed this. */
  readonly truthAt: number
}

const MARKER = /^1\.([0-9a-z]+)\./

/** The write number that an event's marker tells: docs/spec.md B4. */
export function writeNumberIn(marker: string | undefined): number | undefined {
  const digits = MARKER.exec(marker ?? '')?.[1]
  return digits === undefined ? undefined : Number.parseInt(digits, 36)
}

/** What one process has committed. Two of its runs may be at one event, when the first has slept over its claim. */
export class CommittedIntents {
  readonly #byEvent = new Map<string, CommittedIntent[]>()

  add(eventId: string, intent: CommittedIntent): void {
    const known = this.#byEvent.get(eventId)
    if (known) known.push(intent)
    else this.#byEvent.set(eventId, [intent])
  }

  /** By the number in what is sent; a delete carries none. */
  of({ eventId, body }: CalendarRequest): CommittedIntent | undefined {
    const known = this.#byEvent.get(eventId ?? String(body?.id))
    const properties = body?.extendedProperties as { private?: { gcsm?: string } } | undefined
    const number = writeNumberIn(properties?.private?.gcsm)
    return number === undefined ? known?.at(-1) : known?.find(intent => intent.number === number)
  }
}
