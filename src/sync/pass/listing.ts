import type { GoogleEvent } from '../../contracts/google-event.ts'
import { TAG_PROPERTY } from '../../mapping/index.ts'
import { EVENTS_PAGE, MAX_PAGES } from '../limits.ts'
import { type AccountPass, PassEnded, type PassTarget, read } from './account-pass.ts'
import type { Listed } from './examine.ts'

/** All that a listing looks at: a page of whole events is five times as large. */
const FIELDS = 'items(id,status,etag,end,recurrence,extendedProperties/private),nextPageToken'

interface ListedEvent {
  readonly etag: string | undefined
  /** Epoch ms; infinite for a series, which may have no end. */
  readonly endsAt: number
  /** Of a link or a ref. */
  isAccountedFor: boolean
}

/** An event of ours that nothing accounts for. */
export interface Unclaimed extends Omit<ListedEvent, 'isAccountedFor'> {
  readonly eventId: string
}

/** The account's own events in its target: listed by our private property, kept only when the marker verifies. */
export class Listing {
  readonly #events = new Map<string, ListedEvent>()

  /** Of the current target, unless another is named. */
  static async of(
    pass: AccountPass,
    target: PassTarget | undefined = pass.connection.target,
  ): Promise<Listing> {
    const listing = new Listing()
    const { account } = pass.connection
    const { mapper } = pass.engine.deps
    if (target === undefined) return listing
    const privateExtendedProperty = `${TAG_PROPERTY}=${mapper.accountTag(account)}`
    let pageToken: string | undefined
    const used = new Set<string>()
    for (let page = 0; page < MAX_PAGES; page++) {
      pass.mayGoOn()
      const query = { privateExtendedProperty, maxResults: EVENTS_PAGE, pageToken, fields: FIELDS }
      const found = await read(pass, () => pass.api.listEvents(target.calendarId, query))
      for (const event of found.items) {
        if (event.id === undefined || event.status === 'cancelled') continue
        const marker = mapper.readMarker({ eventId: event.id, account, target: target.key }, event)
        if (!marker.verified) continue
        listing.#events.set(event.id, { etag: event.etag, endsAt: endOf(event), isAccountedFor: false })
      }
      pageToken = found.nextPageToken
      if (pageToken === undefined) return listing
      if (used.has(pageToken)) break
      used.add(pageToken)
    }
    throw new PassEnded('endless-listing')
  }

  listed(eventId: string): Listed {
    const event = this.#events.get(eventId)
    return event ? { etag: event.etag } : 'missing'
  }

  has(eventId: string): boolean {
    return this.#events.has(eventId)
  }

  /** What no link and no ref accounts for is left at the end. */
  accountFor(eventId: string): void {
    const event = this.#events.get(eventId)
    if (event) event.isAccountedFor = true
  }

  isAccountedFor(eventId: string): boolean {
    return this.#events.get(eventId)?.isAccountedFor === true
  }

  rest(): readonly Unclaimed[] {
    const rest: Unclaimed[] = []
    for (const [eventId, { etag, endsAt, isAccountedFor }] of this.#events)
      if (!isAccountedFor) rest.push({ eventId, etag, endsAt })
    return rest
  }
}

function endOf(event: GoogleEvent): number {
  if (event.recurrence) return Number.POSITIVE_INFINITY
  const at = Date.parse(event.end?.dateTime ?? event.end?.date ?? '')
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at
}
