import { describe, expect, it } from 'vitest'
import { type Account, account, EVENTS, timed } from './support.ts'

async function withTombstone(options: Parameters<typeof account>[0] = {}): Promise<Account> {
  const ready = account(options)
  await ready.api('POST', EVENTS, { ...timed('abc123'), location: 'Room 1' })
  const { status, text } = await ready.api('DELETE', `${EVENTS}/abc123`)
  expect([status, text]).toEqual([204, ''])
  return ready
}

describe('tombstones', () => {
  it('answer GET with 200 and status cancelled, and a second DELETE with 410', async () => {
    const { api } = await withTombstone()
    expect((await api('GET', `${EVENTS}/abc123`)).json).toMatchObject({
      status: 'cancelled',
      location: 'Room 1',
    })
    const { status, json } = await api('DELETE', `${EVENTS}/abc123`)
    expect(status).toBe(410)
    expect(json.error.errors).toEqual([
      { domain: 'global', reason: 'deleted', message: 'Resource has been deleted' },
    ])
  })

  it('keep their id occupied', async () => {
    const { api } = await withTombstone()
    expect((await api('POST', EVENTS, timed('abc123'))).status).toBe(409)
  })

  it('come back by PUT or PATCH of status confirmed', async () => {
    for (const method of ['PUT', 'PATCH']) {
      const { api } = await withTombstone()
      const body = method === 'PUT' ? { ...timed(), status: 'confirmed' } : { status: 'confirmed' }
      const { status, json } = await api(method, `${EVENTS}/abc123`, body)
      expect([status, json.status]).toEqual([200, 'confirmed'])
      expect(json.location).toBe(method === 'PUT' ? undefined : 'Room 1')
    }
  })

  it('come back by PUT without status only while switched so', async () => {
    const { api, google } = await withTombstone()
    google.control.setSwitches({ putWithoutStatusRevives: false })
    expect((await api('PUT', `${EVENTS}/abc123`, timed())).json.status).toBe('cancelled')
    google.control.setSwitches({ putWithoutStatusRevives: true })
    expect((await api('PUT', `${EVENTS}/abc123`, timed())).json.status).toBe('confirmed')
  })

  it('do not come back when the switch or an emptied bin forbids it', async () => {
    const { api, google } = await withTombstone({ switches: { revive: 'forbidden' } })
    const revive = () => api('PUT', `${EVENTS}/abc123`, { ...timed(), status: 'confirmed' })
    const { status, json } = await revive()
    expect([status, json.error.errors[0].reason, json.error.message]).toEqual([403, 'forbidden', 'Forbidden'])
    google.control.setSwitches({ revive: 'allowed' })
    expect(google.control.emptyBin('user@example.com', 'forbid')).toBe(1)
    expect((await revive()).status).toBe(403)
    expect((await api('POST', EVENTS, timed('abc123'))).status).toBe(409)
  })

  it('are forgotten and their id free once purged', async () => {
    const { api, google } = await withTombstone()
    expect(google.control.emptyBin('user@example.com')).toBe(1)
    expect((await api('GET', `${EVENTS}/abc123`)).status).toBe(404)
    expect((await api('POST', EVENTS, timed('abc123'))).status).toBe(200)
    expect((await api('GET', EVENTS)).json.items).toHaveLength(1)
  })

  it('may lose their details', async () => {
    const { api } = await withTombstone({ switches: { tombstoneDetails: 'idOnly' } })
    const { json } = await api('GET', `${EVENTS}/abc123`)
    expect(Object.keys(json).sort()).toEqual(['etag', 'id', 'kind', 'status'])
    expect((await api('PATCH', `${EVENTS}/abc123`, { status: 'confirmed' })).json.error.message).toBe(
      'Missing end time.',
    )
    expect((await api('PUT', `${EVENTS}/abc123`, { ...timed(), status: 'confirmed' })).status).toBe(200)
  })

  it('are refused their return before anything else is looked at', async () => {
    const { api, google } = await withTombstone({ switches: { tombstoneDetails: 'idOnly' } })
    google.control.setSwitches({ revive: 'forbidden' })
    for (const method of ['PATCH', 'PUT']) {
      const { status, json } = await api(method, `${EVENTS}/abc123`, { status: 'confirmed' })
      expect([status, json.error.errors[0].reason]).toEqual([403, 'forbidden'])
    }
  })

  it('come of a PATCH to cancelled as well', async () => {
    const { api } = account()
    await api('POST', EVENTS, timed('abc123'))
    expect((await api('PATCH', `${EVENTS}/abc123`, { status: 'cancelled' })).json.status).toBe('cancelled')
    expect((await api('DELETE', `${EVENTS}/abc123`)).status).toBe(410)
  })
})
