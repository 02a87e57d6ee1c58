import { describe, expect, it } from 'vitest'
import { account, EVENTS, timed } from './support.ts'

describe('an event that came of a mail', () => {
  it('is its user’s only in colour, reminders and the like', async () => {
    const { api, google } = account()
    const { id } = google.control.createEvent('user@example.com', { ...timed(), eventType: 'fromGmail' })
    const patch = async (body: object) => {
      const { status, json } = await api('PATCH', `${EVENTS}/${id}`, body)
      return [status, json.error?.errors[0].reason]
    }
    const own = [
      { colorId: '3' },
      { reminders: { useDefault: false } },
      { extendedProperties: { private: { seen: '1' } } },
    ]
    for (const body of own) expect(await patch(body)).toEqual([200, undefined])
    const others = [
      { summary: 'Mine' },
      { location: 'Elsewhere' },
      { extendedProperties: { shared: { a: '1' } } },
    ]
    for (const body of others) expect(await patch(body)).toEqual([400, 'eventTypeRestriction'])
    expect((await api('DELETE', `${EVENTS}/${id}`)).status).toBe(204)
  })
})
