import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { Link } from '../../contracts/link.ts'
import { Groups } from './groups.ts'
import { accountKey, keyOf, refKey } from './keys.ts'
import { OrderedIndex } from './ordered-index.ts'
import { bySequence, type Sequenced } from './page.ts'

export interface LinkRow extends Sequenced {
  link: Link
}

export interface LinkId {
  readonly account: AccountRef
  readonly ref: AppointmentRef
  readonly target: string
}

/** The rows of all links with the ways they are looked up. */
export class LinkTable {
  readonly #byId = new Map<string, LinkRow>()
  readonly #byEvent = new Map<string, LinkRow>()
  readonly #byRef = new Groups<LinkRow>()
  readonly #byAccount = new Map<string, OrderedIndex<Sequenced, LinkRow>>()

  get(id: LinkId): LinkRow | undefined {
    return this.#byId.get(idKey(id))
  }

  ofEvent(target: string, eventId: string): LinkRow | undefined {
    return this.#byEvent.get(keyOf(target, eventId))
  }

  hasRef(ref: string): boolean {
    return this.#byRef.has(ref)
  }

  ofRef(ref: string): readonly LinkRow[] {
    return this.#byRef.of(ref)
  }

  ofAccount(account: AccountRef, after?: Sequenced): Iterable<LinkRow> {
    return this.#byAccount.get(accountKey(account))?.after(after) ?? []
  }

  add(row: LinkRow): void {
    const { link } = row
    this.#byId.set(idKey(link), row)
    this.#byEvent.set(eventKey(link), row)
    this.#byRef.add(refKey(link.ref), row)
    const key = accountKey(link.account)
    const ofAccount = this.#byAccount.get(key) ?? new OrderedIndex<Sequenced, LinkRow>(bySequence)
    ofAccount.add(row)
    this.#byAccount.set(key, ofAccount)
  }

  replace(row: LinkRow, link: Link): void {
    this.#byEvent.delete(eventKey(row.link))
    row.link = link
    this.#byEvent.set(eventKey(link), row)
  }

  delete(row: LinkRow): void {
    const { link } = row
    this.#byId.delete(idKey(link))
    this.#byEvent.delete(eventKey(link))
    this.#byRef.delete(refKey(link.ref), row)
    this.#byAccount.get(accountKey(link.account))?.delete(row)
  }
}

const idKey = ({ account, ref, target }: LinkId): string =>
  keyOf(account.workspaceId, account.userId, ref.workspaceId, ref.appointmentId, target)

const eventKey = (link: Link): string => keyOf(link.target, link.eventId)
