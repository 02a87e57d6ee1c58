import type { AccountRef } from '../contracts/identity.ts'
import type { CalendarApi, GoogleResult } from '../google/api.ts'

/**
 * Which accounts' calls fail just now, as this process sees it. While one fails, a single run of it waits and
 * tries again in process; the others leave their marks to wait, so that no account holds another's worker
 * (ENGINE C2).
 */
export class AccountHealth {
  readonly #failing = new Set<string>()
  readonly #calling = new Map<string, number>()
  readonly #waiting = new Set<string>()
  readonly #maxWaiting: number
  readonly #onRecovery: (account: AccountRef) => void

  constructor(maxWaiting: number, onRecovery: (account: AccountRef) => void) {
    this.#maxWaiting = maxWaiting
    this.#onRecovery = onRecovery
  }

  /**
   * Whether one more run of the account may call now; give the place back by `endCalls`. One at a time while it
   * fails: a Google that never answers holds a call for half a minute, and with it a worker.
   */
  beginCalls(account: AccountRef): boolean {
    const key = keyOf(account)
    const calling = this.#calling.get(key) ?? 0
    if (calling > 0 && this.#failing.has(key)) return false
    this.#calling.set(key, calling + 1)
    return true
  }

  endCalls(account: AccountRef): void {
    const key = keyOf(account)
    const left = (this.#calling.get(key) ?? 0) - 1
    if (left > 0) this.#calling.set(key, left)
    else this.#calling.delete(key)
  }

  /** Takes the account's place for waiting inside a run; give it back by `endWait`. */
  beginWait(account: AccountRef): boolean {
    const key = keyOf(account)
    if (this.#waiting.has(key) || this.#waiting.size >= this.#maxWaiting) return false
    this.#waiting.add(key)
    return true
  }

  endWait(account: AccountRef): void {
    this.#waiting.delete(keyOf(account))
  }

  /** The same API, with every answer counted. */
  watch(account: AccountRef, api: CalendarApi): CalendarApi {
    const seen = async <T>(call: Promise<GoogleResult<T>>): Promise<GoogleResult<T>> => {
      const result = await call
      this.#count(account, result)
      return result
    }
    return {
      insertEvent: (calendarId, body, options) => seen(api.insertEvent(calendarId, body, options)),
      patchEvent: (at, body, options) => seen(api.patchEvent(at, body, options)),
      updateEvent: (at, body, options) => seen(api.updateEvent(at, body, options)),
      deleteEvent: (at, options) => seen(api.deleteEvent(at, options)),
      getEvent: at => seen(api.getEvent(at)),
      listEvents: (calendarId, query) => seen(api.listEvents(calendarId, query)),
      insertCalendar: body => seen(api.insertCalendar(body)),
    }
  }

  /** Also for failures outside the Calendar API, such as a refresh. */
  failed(account: AccountRef): void {
    this.#failing.add(keyOf(account))
  }

  #count(account: AccountRef, result: GoogleResult<unknown>): void {
    if (result.ok) {
      if (this.#failing.delete(keyOf(account))) this.#onRecovery(account)
    } else if (['network', 'rate', 'server'].includes(result.failure.kind)) this.failed(account)
  }
}

function keyOf(account: AccountRef): string {
  return JSON.stringify([account.workspaceId, account.userId])
}
