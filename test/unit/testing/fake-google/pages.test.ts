import { Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { CALENDAR_SCRIPT } from '../../../../src/testing/fake-google/pages/calendar-script.ts'
import { account, EVENTS, send, timed } from './support.ts'

const ROOT = 'https://www.googleapis.com/_pages'

async function setup() {
  const { google, api } = account({ timeZone: 'Asia/Jerusalem' })
  const agenda = async (search = 'from=2026-05-01') =>
    (await send(google, `${ROOT}/calendar.json?user=user@example.com&${search}`)).json
  return { google, api, agenda }
}

describe('the calendar page', () => {
  it('shows events day by day in the zone of their calendar', async () => {
    const { api, agenda } = await setup()
    await api('POST', EVENTS, {
      ...timed('abc01', 21),
      summary: 'Late <script>',
      location: 'Room 1',
      extendedProperties: { private: { a: 'b' } },
    })
    await api('POST', EVENTS, {
      id: 'abc02',
      summary: 'Holiday',
      start: { date: '2026-05-03' },
      end: { date: '2026-05-04' },
    })
    const [calendar] = (await agenda()).calendars
    expect(calendar).toMatchObject({
      id: 'user@example.com',
      timeZone: 'Asia/Jerusalem',
      earlier: 0,
      later: 0,
    })
    expect(calendar.days.map(({ day }: { day: string }) => day)).toEqual([
      'Sunday 3 May 2026',
      'Tuesday 5 May 2026',
    ])
    expect(calendar.days[0].events[0]).toMatchObject({
      title: 'Holiday',
      time: 'All day',
      allDay: true,
      start: '2026-05-03',
    })
    // 21:00Z is midnight in Jerusalem: the next day there.
    expect(calendar.days[1].events[0]).toMatchObject({
      title: 'Late <script>',
      time: '00:00–01:00',
      start: '2026-05-04T21:00:00.000Z',
      zone: 'Europe/Berlin',
      location: 'Room 1',
      private: ['a = b'],
    })
  })

  it('shows from a day on, deleted ones on request, and says how many are not shown', async () => {
    const { api, agenda } = await setup()
    await api('POST', EVENTS, timed('abc01'))
    await api('POST', EVENTS, timed('abc02'))
    await api('DELETE', `${EVENTS}/abc02`)
    const count = async (search: string) => {
      const [{ earlier, days }] = (await agenda(search)).calendars
      return [
        earlier,
        ...days.flatMap(({ events }: { events: { status: string }[] }) => events).map(statusOf),
      ]
    }
    const statusOf = ({ status }: { status: string }) => status
    expect(await count('from=2026-05-01')).toEqual([0, 'confirmed'])
    expect(await count('from=2026-05-01&deleted=1')).toEqual([0, 'confirmed', 'cancelled'])
    expect(await count('from=2026-05-05')).toEqual([1])
    // No such day: from today on.
    expect(await count('from=soon')).toEqual([0, 'confirmed'])
  })

  it('does what the buttons ask through the control API', async () => {
    const { google, api, agenda } = await setup()
    await api('POST', EVENTS, timed('abc01'))
    const [{ days }] = (await agenda()).calendars
    const { start, end, zone } = days[0].events[0]
    const later = (text: string) => ({
      dateTime: new Date(Date.parse(text) + 3_600_000).toISOString(),
      timeZone: zone,
    })
    google.control.editEvent('user@example.com', 'abc01', { start: later(start), end: later(end) })
    const [moved] = (await agenda()).calendars
    expect(moved.days[0].events[0].time).toBe('14:00–15:00')
  })

  it('is strict about what runs on it, and escapes', async () => {
    const { google } = await setup()
    google.control.createUser({ email: 'x"><script>@example.com', name: '"><script>alert(1)</script>' })
    for (const path of ['calendar', 'calendar?user=x"><script>@example.com', 'calendar?from="><script>']) {
      const { status, text, headers } = await send(google, `${ROOT}/${path}`)
      expect(status).toBe(200)
      expect(text.match(/<script/g)).toHaveLength(1)
      expect(text).not.toMatch(/ on\w+=|style=/)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("script-src 'self'")
      expect(policy).toContain('frame-ancestors http://127.0.0.1:*')
    }
    expect(() => new Script(CALENDAR_SCRIPT)).not.toThrow()
    expect(CALENDAR_SCRIPT).not.toMatch(/innerHTML|insertAdjacentHTML|eval\(/)
    expect((await send(google, `${ROOT}/calendar.js`)).headers.get('content-type')).toContain(
      'text/javascript',
    )
  })

  it('answers 404 and 405 where there is nothing', async () => {
    const { google } = await setup()
    expect((await send(google, `${ROOT}/nothing`)).status).toBe(404)
    expect((await send(google, `${ROOT}/calendar.json?user=nobody@example.com`)).status).toBe(404)
    expect((await send(google, `${ROOT}/calendar`, { method: 'POST' })).status).toBe(405)
    expect(google.control.requests()).toEqual([])
  })
})
