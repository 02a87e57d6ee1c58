import type { Fetch } from '../../../contracts/runtime.ts'
import type { OutgoingMessage } from '../push/channel.ts'
import { noticeChanges } from '../push/notice-changes.ts'
import type { World } from '../world/world.ts'

/** A watch that waits for its own sync message waits no longer than this. */
const PATIENCE_MS = 5000
/** An app that takes longer has failed the message. */
const ANSWER_WITHIN_MS = 30_000

/** Carries Google's messages to the app, through the port given. */
export class Delivery {
  readonly #world: World
  readonly #fetch: Fetch
  readonly #inFlight = new Set<Promise<void>>()
  #sleeping: AbortController | undefined
  #running = false
  #closed = false

  constructor(world: World, fetch: Fetch) {
    this.#world = world
    this.#fetch = fetch
  }

  /** Starts sending what is due; waits for the rest on the fake's clock. */
  kick(): void {
    noticeChanges(this.#world)
    if (this.#closed || this.#world.outgoing.nextAt() === undefined) return
    this.#sendDue()
    this.#sleeping?.abort()
    if (!this.#running) this.#run()
  }

  /** Sends what is due now and waits for the answers. Answers how many messages that were. */
  async settle(): Promise<number> {
    noticeChanges(this.#world)
    let count = this.#inFlight.size + this.#sendDue()
    while (this.#inFlight.size > 0) {
      await Promise.all(this.#inFlight)
      count += this.#sendDue()
    }
    return count
  }

  async settleFor(ms = PATIENCE_MS): Promise<void> {
    const stop = new AbortController()
    const patience = this.#world.time.sleep(ms, stop.signal).catch(() => {})
    const waits = this.#world.time.canSleep ? [this.settle(), patience] : [this.settle()]
    await Promise.race(waits)
    stop.abort()
  }

  close(): void {
    this.#closed = true
    this.#sleeping?.abort()
  }

  #sendDue(): number {
    const due = this.#world.outgoing.takeDue(this.#world.time.now())
    for (const message of due) {
      const sent = this.#send(message).finally(() => this.#inFlight.delete(sent))
      this.#inFlight.add(sent)
    }
    return due.length
  }

  async #run(): Promise<void> {
    this.#running = true
    try {
      for (;;) {
        const { time, outgoing } = this.#world
        const next = outgoing.nextAt()
        if (this.#closed || next === undefined || !time.canSleep) return
        this.#sleeping = new AbortController()
        await time.sleep(next - time.now(), this.#sleeping.signal).catch(() => {})
        this.#sendDue()
      }
    } finally {
      this.#running = false
    }
  }

  async #send(message: OutgoingMessage): Promise<void> {
    const { outgoing, time, switches } = this.#world
    const answered = new AbortController()
    const late = new AbortController()
    if (time.canSleep)
      time.sleep(ANSWER_WITHIN_MS, answered.signal).then(
        () => late.abort(),
        () => {},
      )
    try {
      const { url, headers, body } = message
      const text = body === '' ? {} : { body }
      const init = { method: 'POST', headers, redirect: 'manual' as const, signal: late.signal, ...text }
      const response = await this.#fetch(url, init)
      outgoing.answered(message, response.status, time.now(), switches)
      await response.body?.cancel()
    } catch {
      outgoing.answered(message, 'failed', time.now(), switches)
    } finally {
      answered.abort()
    }
    // A retry may wait sooner than what the loop sleeps for.
    if (outgoing.nextAt() !== undefined) this.#wake()
  }

  #wake(): void {
    this.#sleeping?.abort()
    if (!this.#running && !this.#closed) this.#run()
  }
}
