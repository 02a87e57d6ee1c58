import { describe, expect, it } from 'vitest'
import type { Appointment } from '../../../src/contracts/appointment.ts'
import type { GoogleCalendarSync } from '../../../src/index.ts'
import type { FaultName } from '../../../src/testing/fake-google/index.ts'
import { createSigningKey, SeededRandom, TestKit } from '../../../src/testing/index.ts'
import { Mortal } from '../../support/mortal.ts'

/**
 * Random histories through the whole library: two processes on one store, hosts that edit, delete, re-assign and
 * sometimes forget to say so, workers that die or freeze at any await, and a Google that refuses, loses answers and commits late. Afterwards each calendar
 * holds exactly what the app says.
 */
const SEEDS = Number(process.env.HISTORIES ?? 25)
const FIRST = Number(process.env.FIRST_SEED ?? 1)
const NOW = Date.UTC(2026, 10, 23, 8)
const signingKey = createSigningKey('random-histories')

const ACCOUNTS = [
  { account: { workspaceId: 'w1', userId: 'dana' }, email: 'dana@example.com' },
  { account: { workspaceId: 'w1', userId: 'noa' }, email: 'noa@example.com' },
  { account: { workspaceId: 'w2', userId: 'dana' }, email: 'other@example.com' },
] as const

const FAULTS: readonly FaultName[] = [
  'authError',
  'rateLimitExceeded',
  'rateLimited',
  'conditionNotMet',
  'internalError',
  'serviceUnavailable',
  'badGatewayHtml',
  'timeoutBeforeCommit',
  'timeoutAfterCommit',
  'resetBeforeCommit',
  'resetAfterCommit',
  'lateCommit',
  'slow',
  'truncated',
]

class History {
  readonly kit: TestKit
  readonly #random: SeededRandom
  readonly #refs = ['a', 'b', 'c', 'd'].flatMap(id => [
    { workspaceId: 'w1', appointmentId: id },
    { workspaceId: 'w2', appointmentId: id },
  ])
  #titles = 0

  constructor(seed: number) {
    this.kit = new TestKit({ seed, now: NOW, google: { signingKey } })
    this.#random = new SeededRandom(seed)
  }

  async run(): Promise<void> {
    const { kit } = this
    for (const { account, email } of ACCOUNTS) await kit.connect(account, email)
    await kit.run(() => kit.sync.start())
    let other = await this.#startWorker()
    const rate = this.#pick([0, 0.02, 0.05])
    const rates = Object.fromEntries(FAULTS.map(name => [name, rate]))
    kit.google.control.randomFaults({ rates, delayMs: this.#pick([500, 20_000, 200_000]) })
    for (let step = 0; step < 30; step++) {
      await this.#step(other.sync)
      const fate = this.#random.float()
      if (fate < 0.1) {
        other.mortal.kill()
        other = await this.#startWorker()
      } else if (fate < 0.2) other.mortal.freeze(this.#pick([1_000, 20_000, 100_000]))
      await kit.runtime.clock.advance(this.#pick([0, 10, 500, 5_000, 40_000, 400_000]))
    }
    kit.google.control.clearFaults()
    await kit.runtime.clock.advance(7 * 3_600_000)
    for (let round = 0; round < 3; round++) {
      for (const { account } of ACCOUNTS) {
        const { massChange } = await kit.sync.status(account)
        if (massChange) await kit.run(() => kit.sync.decideMassChange(account, massChange.id, 'apply'))
        await kit.run(() => kit.sync.syncNow(account))
      }
      await kit.runtime.clock.advance(3_600_000)
    }
    await kit.run(() => kit.sync.stop({ drainMs: 0 }))
    other.mortal.kill()
  }

  async #startWorker() {
    const { kit } = this
    const mortal = new Mortal(kit.runtime.clock)
    const sync = kit.anotherProcess({
      stateStore: mortal.store(kit.stores.state),
      tokenStore: mortal.store(kit.stores.tokens),
      runtime: { ...kit.runtime, fetch: mortal.call(kit.runtime.fetch) },
    })
    await kit.run(() => sync.start())
    return { mortal, sync }
  }

  async #step(worker: GoogleCalendarSync): Promise<void> {
    const { kit } = this
    const ref = this.#pick(this.#refs)
    const users = ACCOUNTS.filter(({ account }) => account.workspaceId === ref.workspaceId)
    const existing = kit.book.get(ref)
    const title = `title-${this.#titles++}`
    const action = this.#random.float()
    if (action < 0.15) {
      if (existing) kit.book.delete(ref)
    } else if (action < 0.3 && existing) {
      kit.book.change(ref, { userIds: [this.#pick(users).account.userId] })
    } else if (action < 0.4 && existing) {
      kit.book.change(ref, { status: existing.status === 'cancelled' ? 'confirmed' : 'cancelled' })
    } else if (action < 0.5) {
      await this.#userActs()
    } else {
      const appointment: Appointment = {
        userIds: [this.#pick(users).account.userId],
        start: `2026-12-${10 + Math.floor(this.#random.float() * 15)}T10:00`,
        durationMinutes: 50,
        timeZone: 'Europe/Berlin',
        status: 'confirmed',
        title,
        ...(this.#random.float() < 0.5 && { location: `${title} street` }),
      }
      kit.book.put(ref, appointment)
    }
    const told = this.#random.float()
    if (told < 0.85) void this.#pick([kit.sync, worker]).appointmentChanged(ref)
  }

  async #userActs(): Promise<void> {
    const { control } = this.kit.google
    const { email } = this.#pick(ACCOUNTS)
    const [event] = this.kit.events(email)
    if (!event) return
    const id = String(event.id)
    if (this.#random.float() < 0.3) control.deleteEvent(email, id)
    else if (this.#random.float() < 0.5) control.editEvent(email, id, { summary: 'edited by hand' })
    else control.driftEtag(email, id)
  }

  expected(index: number): unknown[] {
    const { account } = ACCOUNTS[index] ?? ACCOUNTS[0]
    return this.#refs
      .filter(ref => ref.workspaceId === account.workspaceId)
      .flatMap(ref => {
        const appointment = this.kit.book.get(ref)
        if (!appointment || appointment.status === 'cancelled') return []
        if (!appointment.userIds.includes(account.userId)) return []
        return [
          {
            summary: appointment.title,
            location: appointment.location,
            day: String(appointment.start).slice(0, 10),
          },
        ]
      })
      .sort(bySummary)
  }

  actual(index: number): unknown[] {
    const { email } = ACCOUNTS[index] ?? ACCOUNTS[0]
    return this.kit
      .events(email)
      .map(event => ({
        summary: event.summary as string | undefined,
        location: event.location as string | undefined,
        day: String((event.start as { dateTime: string }).dateTime).slice(0, 10),
      }))
      .sort(bySummary)
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random.float() * items.length)] as T
  }
}

function bySummary(a: { summary?: string | undefined }, b: { summary?: string | undefined }): number {
  return String(a.summary).localeCompare(String(b.summary))
}

describe('random histories', () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    it(`seed ${seed} ends with every calendar as the app says`, async () => {
      const history = new History(seed)
      await history.run()
      for (let i = 0; i < ACCOUNTS.length; i++) expect(history.actual(i)).toEqual(history.expected(i))
    })
  }
})
