import type { FakeGoogleOptions } from '../../../../../src/testing/fake-google/index.ts'
import { EVENTS, START, timed } from '../support.ts'
import { type Make, type Probes, refusal } from './probe.ts'

const CHANNEL = { id: 'c1', type: 'web_hook', address: 'https://app.example/hook' }

async function watched(make: Make, options: FakeGoogleOptions = {}) {
  const ready = make(options)
  const { json } = await ready.api('POST', `${EVENTS}/watch`, CHANNEL)
  return { ...ready, channel: json }
}

/** What waits after one change, the sync message aside. */
async function told(make: Make) {
  const { api, google } = await watched(make)
  await api('POST', EVENTS, timed())
  return google.control.waitingPushes().filter(({ state }) => state === 'exists')
}

const watching = (make: Make, address: string) =>
  refusal(make().api('POST', `${EVENTS}/watch`, { ...CHANNEL, address }))

const ttl = async (make: Make, expiration?: string) => {
  const body = { ...CHANNEL, ...(expiration && { expiration }) }
  const { json } = await make().api('POST', `${EVENTS}/watch`, body)
  return Math.round((Number(json.expiration) - START) / 3_600_000)
}

/** Whether a message was to be tried again, and how many wait for it. */
async function retriedAfter(make: Make, deliver: () => Promise<Response>) {
  // A clock that cannot sleep: the retry waits to be looked at.
  const { google } = await watched(make, { deliver, clock: { now: () => START } })
  await google.deliverPushes()
  const { control } = google
  const retried = control.pushes().map(one => one.retried)
  google.close()
  return [...retried, control.waitingPushes().length]
}

export const PUSH_PROBES: Probes<
  | 'syncMessage'
  | 'channelDefaultTtlMs'
  | 'channelMaxTtlMs'
  | 'pushStragglersMs'
  | 'pushDelayMs'
  | 'pushDropRate'
  | 'pushLateRate'
  | 'pushLateByMs'
  | 'pushDuplicateRate'
  | 'pushNumbersJump'
  | 'pushContentType'
  | 'pushRetries'
  | 'pushRetriesTimeouts'
  | 'webhookOnLoopback'
  | 'webhookAuthorization'
> = {
  syncMessage: {
    values: [
      ['afterResponse', ['answer', 'sync']],
      ['beforeResponse', ['sync', 'answer']],
    ],
    async look(make) {
      const order: string[] = []
      const deliver = async () => {
        await new Promise(resolve => setImmediate(resolve))
        order.push('sync')
        return new Response(null, { status: 204 })
      }
      const { google } = await watched(make, { deliver, clock: { now: () => START } })
      order.push('answer')
      await google.deliverPushes()
      return order
    },
  },
  channelDefaultTtlMs: {
    values: [
      [7 * 86_400_000, 168],
      [3_600_000, 1],
    ],
    look: make => ttl(make),
  },
  channelMaxTtlMs: {
    values: [
      [30 * 86_400_000, 720],
      [2 * 3_600_000, 2],
    ],
    look: make => ttl(make, String(START + 90 * 86_400_000)),
  },
  pushStragglersMs: {
    values: [
      [0, 0],
      [60_000, 1],
    ],
    async look(make) {
      const { api, google, clock, channel } = await watched(make)
      await api('POST', 'channels/stop', { id: channel.id, resourceId: channel.resourceId })
      clock.ms += 1000
      await api('POST', EVENTS, timed())
      return google.control.waitingPushes().filter(({ state }) => state === 'exists').length
    },
  },
  pushDelayMs: {
    values: [
      [0, [0]],
      [5000, [5000]],
    ],
    look: async make => (await told(make)).map(({ at }) => at - START),
  },
  pushDropRate: {
    values: [
      [0, 1],
      [1, 0],
    ],
    look: async make => (await told(make)).length,
  },
  pushLateRate: {
    values: [
      [0, [false]],
      [1, [true]],
    ],
    look: async make => (await told(make)).map(({ late }) => late),
  },
  pushLateByMs: {
    values: [
      [60_000, true],
      [1, false],
    ],
    async look(make) {
      const late: Make = options => make({ ...options, switches: { pushLateRate: 1 } })
      return (await told(late)).some(({ at }) => at > START)
    },
  },
  pushDuplicateRate: {
    values: [
      [0, 1],
      [1, 2],
    ],
    look: async make => (await told(make)).length,
  },
  pushNumbersJump: {
    values: [
      [true, false],
      [false, true],
    ],
    look: async make => (await told(make)).every(({ number }) => number === 2),
  },
  pushContentType: {
    values: [
      [null, [undefined]],
      ['application/json; utf-8', ['application/json; utf-8']],
    ],
    look: async make => (await told(make)).map(({ headers }) => headers['Content-Type']),
  },
  pushRetries: {
    values: [
      [true, [true, 1]],
      [false, [false, 0]],
    ],
    look: make => retriedAfter(make, async () => new Response(null, { status: 503 })),
  },
  pushRetriesTimeouts: {
    values: [
      [false, [false, 0]],
      [true, [true, 1]],
    ],
    look: make => retriedAfter(make, () => Promise.reject(new Error('no answer'))),
  },
  webhookOnLoopback: {
    values: [
      ['allowed', [200, undefined]],
      ['refused', [400, 'push.webhookUrlNotHttps']],
    ],
    look: make => watching(make, 'http://127.0.0.1:3000/hook'),
  },
  webhookAuthorization: {
    values: [
      ['open', [200, undefined]],
      ['refused401', [401, 'push.webhookUrlUnauthorized']],
      ['refused400', [400, 'push.webhookUrlUnauthorized']],
    ],
    look: make => watching(make, CHANNEL.address),
  },
}
