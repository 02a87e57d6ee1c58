import { describe, expect, it } from 'vitest'
import { account, caller, EVENTS } from './support.ts'

const place = (location: string) => ({ reason: 'invalidParameter', locationType: 'parameter', location })

describe('the parameters of every method', () => {
  it.each(['media', 'proto', 'JSON'])('alt=%s is refused', async alt => {
    const { api } = account()
    for (const path of [EVENTS, 'colors', 'users/me/settings']) {
      const { status, json } = await api('GET', `${path}?alt=${alt}`)
      expect(status).toBe(400)
      expect(json.error.errors[0]).toMatchObject(place('alt'))
    }
  })

  it('alt=json, and an alt of nothing, are as without', async () => {
    const { api } = account()
    for (const query of ['alt=json', 'alt='])
      expect((await api('GET', `${EVENTS}?${query}`)).status).toBe(200)
  })

  it('quotaUser has at most 40 characters, and a longer one costs nothing', async () => {
    const { api, google } = account({ quota: { perUser: 1 } })
    const long = await api('GET', `${EVENTS}?quotaUser=${'q'.repeat(41)}`)
    expect(long.status).toBe(400)
    expect(long.json.error.errors[0]).toMatchObject(place('quotaUser'))
    expect(long.text).not.toContain('qqq')
    expect((await api('GET', `${EVENTS}?quotaUser=${'q'.repeat(40)}`)).status).toBe(200)
    expect((await api('GET', EVENTS)).status).toBe(200)
    expect((await caller(google, 'ya29.old')('GET', `${EVENTS}?alt=media`)).status).toBe(401)
  })
})
