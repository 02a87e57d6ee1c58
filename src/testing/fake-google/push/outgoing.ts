import type { Random } from '../../../contracts/runtime.ts'
import type { Switches } from '../world/switches.ts'
import type { DeliveryRecord, OutgoingMessage } from './channel.ts'

const RETRIED = new Set([500, 502, 503, 504])
const MAX_ATTEMPTS = 8
const KEPT = 1000

/** What Google is about to send to apps, and what became of what it sent. */
export class Outgoing {
  private _waiting: OutgoingMessage[] = []
  private _records: DeliveryRecord[] = []
  private readonly _chance: Random

  constructor(chance: Random) {
    this._chance = chance
  }

  add(message: OutgoingMessage): void {
    this._waiting.push(message)
  }

  /** A first attempt for the channel that has not left yet; late ones are to be overtaken. */
  hasWaiting(channelId: string): boolean {
    return this._waiting.some(
      ({ channelId: id, state, attempt, late }) =>
        id === channelId && state === 'exists' && attempt === 1 && !late,
    )
  }

  waiting(): readonly OutgoingMessage[] {
    return this._waiting
  }

  nextAt(): number | undefined {
    return this._waiting.length === 0 ? undefined : Math.min(...this._waiting.map(({ at }) => at))
  }

  /** In the order they are due. */
  takeDue(now: number): OutgoingMessage[] {
    if (this._waiting.length === 0) return []
    const due = this._waiting.filter(({ at }) => at <= now)
    this._waiting = this._waiting.filter(({ at }) => at > now)
    return due.sort((a, b) => a.at - b.at)
  }

  /** Only four statuses are tried again, with growing pauses; anything else is a failed message, dropped. */
  answered(
    message: OutgoingMessage,
    outcome: number | 'failed',
    now: number,
    { pushRetries, pushRetriesTimeouts }: Pick<Switches, 'pushRetries' | 'pushRetriesTimeouts'>,
  ): void {
    const again = outcome === 'failed' ? pushRetriesTimeouts : pushRetries && RETRIED.has(outcome)
    const retries = again && message.attempt < MAX_ATTEMPTS
    this.record(message, now, outcome, retries)
    if (!retries) return
    const pause = 1000 * 2 ** (message.attempt - 1) * (1 + this._chance.float() / 4)
    this._waiting.push({ ...message, at: now + Math.round(pause), attempt: message.attempt + 1 })
  }

  record(message: OutgoingMessage, at: number, outcome: DeliveryRecord['outcome'], retried: boolean): void {
    const { kind, url, channelId, state, number, attempt } = message
    this._records.push({ at, kind, url, channelId, state, number, attempt, outcome, retried })
    if (this._records.length > 2 * KEPT) this._records = this._records.slice(-KEPT)
  }

  records(): DeliveryRecord[] {
    return this._records.slice(-KEPT)
  }

  clearRecords(): void {
    this._records = []
  }
}
