import { describe, expect, it } from 'vitest'
import { account, caller } from './support.ts'

/** A calendar of Dana's, and another account that she shares it with. */
function shared(role: 'reader' | 'writerWithoutPrivateAccess' | 'writer' | 'owner') {
  const made = account()
  const { control } = made.google
  const { id } = control.createCalendar('user@example.com', { summary: 'Second' })
  control.createUser({ email: 'noa@example.com' })
  control.shareCalendar(String(id), 'noa@example.com', role)
  const noa = caller(made.google, control.grant('noa@example.com').accessToken)
  return { ...made, noa, path: `calendars/${encodeURIComponent(String(id))}` }
}

describe('a calendar with several owners', () => {
  it('is deleted by its data owner only', async () => {
    const { api, noa, path } = shared('owner')
    expect((await noa('PATCH', path, { summary: 'Ours' })).status).toBe(200)
    const { status, json } = await noa('DELETE', path)
    expect([status, json.error.errors[0].reason]).toEqual([403, 'forbidden'])
    expect((await api('DELETE', path)).status).toBe(204)
    expect((await noa('GET', path)).status).toBe(404)
  })
})

describe('the rules of a calendar', () => {
  const read = async (role: Parameters<typeof shared>[0]) => {
    const { noa, path } = shared(role)
    const watch = { id: 'w', type: 'web_hook', address: 'https://app.example/hook' }
    const answers = [
      await noa('GET', `${path}/acl`),
      await noa('GET', `${path}/acl/user:noa@example.com`),
      await noa('POST', `${path}/acl/watch`, watch),
    ]
    return answers.map(({ status, json }) => json.error?.errors[0].reason ?? status)
  }

  it.each(['owner', 'writer'] as const)('are for a %s to read', async role => {
    expect(await read(role)).toEqual([200, 200, 200])
  })

  it.each(['writerWithoutPrivateAccess', 'reader'] as const)('are not for a %s to read', async role => {
    expect(await read(role)).toEqual(Array(3).fill('requiredAccessLevel'))
  })

  it('are not for a writer to change', async () => {
    const { noa, path } = shared('writer')
    const scope = { type: 'default' }
    for (const answer of [
      await noa('POST', `${path}/acl`, { scope, role: 'reader' }),
      await noa('PATCH', `${path}/acl/user:noa@example.com`, { role: 'owner' }),
      await noa('DELETE', `${path}/acl/user:user@example.com`),
    ])
      expect([answer.status, answer.json.error.errors[0].reason]).toEqual([403, 'requiredAccessLevel'])
  })
})
