import type { FakeRequest } from '../wire/exchange.ts'

/** Requests still on their way when their caller gave up: they arrive once the clock has passed their time. */
export class LateRequests {
  private _waiting: { readonly at: number; readonly request: FakeRequest }[] = []

  add(at: number, request: FakeRequest): void {
    this._waiting.push({ at, request })
    this._waiting.sort((a, b) => a.at - b.at)
  }

  takeDue(now: number): FakeRequest[] {
    if (this._waiting.length === 0) return []
    const due = this._waiting.filter(({ at }) => at <= now)
    this._waiting = this._waiting.filter(({ at }) => at > now)
    return due.map(({ request }) => request)
  }
}
