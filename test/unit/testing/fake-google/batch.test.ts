import { describe, expect, it } from 'vitest'
import { account, caller, EVENTS, send, timed } from './support.ts'

const BATCH = 'https://www.googleapis.com/batch/calendar/v3'
const ROOT = '/calendar/v3/calendars/primary/events'

interface Part {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

function multipart(parts: readonly Part[]): string {
  const texts = parts.map(({ method, path, body, headers = {} }, index) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const json = body === undefined ? '' : JSON.stringify(body)
    return `--x\r\nContent-Type: application/http\r\nContent-ID: <item${index}>\r\n\r\n${method} ${path}\r\n${lines.join('')}Content-Type: application/json\r\n\r\n${json}\r\n`
  })
  return `${texts.join('')}--x--`
}

async function run(parts: readonly Part[], made = account()) {
  const answer = await send(made.google, BATCH, {
    method: 'POST',
    headers: { authorization: `Bearer ${made.accessToken}`, 'content-type': 'multipart/mixed; boundary=x' },
    body: multipart(parts),
  })
  const boundary = /boundary=(\S+)/.exec(answer.headers.get('content-type') ?? '')?.[1]
  const sections = boundary === undefined ? [] : answer.text.split(`--${boundary}`).slice(1, -1)
  const answers = sections.map(section => ({
    id: /Content-ID: (\S+)/.exec(section)?.[1],
    status: Number(/HTTP\/1.1 (\d+)/.exec(section)?.[1]),
    json: section.includes('{') ? JSON.parse(section.slice(section.indexOf('{'))) : undefined,
  }))
  return { ...made, answer, answers }
}

describe('batch', () => {
  it('answers each call in its place, failures inside a 200', async () => {
    const parts = [
      { method: 'POST', path: ROOT, body: timed('first') },
      { method: 'GET', path: `${ROOT}/nobody` },
      { method: 'POST', path: ROOT, body: timed('first') },
      { method: 'DELETE', path: `${ROOT}/first` },
      { method: 'GET', path: '/nowhere' },
    ]
    const { answer, answers, google } = await run(parts)
    expect(answer.status).toBe(200)
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 409, 204, 404])
    expect(answers.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map(n => `<response-item${n}>`))
    expect(answers[0]?.json.id).toBe('first')
    // Each costs for itself.
    expect(google.control.report().units).toBe(4)
  })

  it('a part may speak for another user', async () => {
    const made = account()
    made.google.control.createUser({ email: 'noa@example.com' })
    const { accessToken } = made.google.control.grant('noa@example.com')
    const headers = { Authorization: `Bearer ${accessToken}` }
    await run([{ method: 'POST', path: ROOT, body: timed('first'), headers }], made)
    expect(
      (await caller(made.google, accessToken)('GET', 'calendars/primary/events')).json.items,
    ).toHaveLength(1)
    expect((await made.api('GET', 'calendars/primary/events')).json.items).toHaveLength(0)
  })

  it('keeps to its limit, by switch', async () => {
    const made = account()
    made.google.control.setSwitches({ batchLimit: 2 })
    const parts = Array.from({ length: 3 }, () => ({ method: 'GET', path: ROOT }))
    expect((await run(parts, made)).answer.status).toBe(400)
    expect((await run(parts.slice(1), made)).answers).toHaveLength(2)
  })

  it('may carry its calls out in another order', async () => {
    const made = account()
    made.google.control.setSwitches({ batchOrder: 'shuffled' })
    const parts = Array.from({ length: 30 }, (_, n) => ({
      method: 'POST',
      path: ROOT,
      body: timed(`event${n.toString(22).padStart(2, '0')}`),
    }))
    const { answers, google } = await run(parts, made)
    expect(answers.map(({ json }) => json.id)).toEqual(parts.map(({ body }) => body.id))
    const kept = google.control.readCalendar('user@example.com').events.map(({ id }) => id)
    expect(kept).not.toEqual(parts.map(({ body }) => body.id))
  })

  it('refuses what is no batch, and working locations inside one', async () => {
    const { google, accessToken } = account()
    const headers = { authorization: `Bearer ${accessToken}` }
    const bad = [
      [{ 'content-type': 'application/json' }, '{}'],
      [{ 'content-type': 'multipart/mixed; boundary=x' }, ''],
      [{ 'content-type': 'multipart/mixed; boundary=x' }, '--x\r\nnonsense\r\n--x--'],
    ] as const
    for (const [more, body] of bad)
      expect(
        (await send(google, BATCH, { method: 'POST', headers: { ...headers, ...more }, body })).status,
      ).toBe(400)
    const place = { ...timed('place'), eventType: 'workingLocation' }
    const { answers } = await run([{ method: 'POST', path: ROOT, body: place }])
    expect(answers[0]).toMatchObject({
      status: 400,
      json: { error: { errors: [{ reason: 'eventTypeRestriction' }] } },
    })
    const made = account()
    const shown = { eventType: 'workingLocation', visibility: 'public', transparency: 'transparent' }
    const home = { workingLocationProperties: { type: 'homeOffice' } }
    expect((await made.api('POST', EVENTS, { ...timed('place'), ...shown, ...home })).status).toBe(200)
    const later = [
      { method: 'PATCH', path: `${ROOT}/place`, body: { summary: 'Home' } },
      { method: 'DELETE', path: `${ROOT}/place` },
    ]
    expect((await run(later, made)).answers.map(({ status }) => status)).toEqual([400, 400])
    expect((await made.api('DELETE', `${EVENTS}/place`)).status).toBe(204)
  })

  it('is found under the API’s own path alone', async () => {
    const { google, accessToken } = account()
    const headers = {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'multipart/mixed; boundary=x',
    }
    const body = multipart([{ method: 'GET', path: ROOT }])
    const ofAllApis = 'https://www.googleapis.com/batch'
    expect((await send(google, ofAllApis, { method: 'POST', headers, body })).status).toBe(404)
  })

  it('a fault hits one call, not the batch', async () => {
    const made = account()
    made.google.control.fault({ fault: 'resetBeforeCommit', match: { method: 'events.insert' } })
    const parts = [
      { method: 'POST', path: ROOT, body: timed('first') },
      { method: 'POST', path: ROOT, body: timed('second') },
    ]
    expect((await run(parts, made)).answers.map(({ status }) => status)).toEqual([503, 200])
  })
})
