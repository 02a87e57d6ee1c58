import { allPages, inTurn, must, race, sorted } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import { anAccount, fullConnection, someConnection } from '../samples.ts'
import { connect, LONG_MS, SHORT_MS, type StateHarness, storeTime } from './harness.ts'

export const connectionCases: Cases<StateHarness> = {
  '[1] create makes a row with revision 1 and answers what a read answers': async ({
    store,
    other,
    expect,
  }) => {
    const account = anAccount()
    const { connections } = store
    expect(await connections.get(account)).toBe(undefined)
    const made = must(await connections.create(account, fullConnection()), 'a new connection')
    expect(made.revision).toBe(1)
    expect(made).toEqual({
      ...fullConnection(),
      account,
      revision: 1,
      epoch: made.epoch,
      settingsVersion: made.settingsVersion,
    })
    expect(await connections.get(account)).toEqual(made)
    expect(await other.connections.get(account)).toEqual(made)
  },

  '[1] create answers null when there is a row, and leaves it as it was': async ({ store, expect }) => {
    const made = await connect(store, anAccount(), { cause: 'first' })
    expect(await store.connections.create(anAccount(), someConnection({ cause: 'second' }))).toBe(null)
    expect(await store.connections.get(anAccount())).toEqual(made)
  },

  '[1] of 20 racing creators exactly one makes the row': async ({ store, other, expect }) => {
    const made = await race(20, index =>
      (index % 2 ? store : other).connections.create(anAccount(), someConnection({ cause: `by ${index}` })),
    )
    const winners = made.filter(connection => connection !== null)
    expect(winners.length).toBe(1)
    expect(await store.connections.get(anAccount())).toEqual(winners[0])
  },

  '[2] update with the revision read is taken, with an older one refused and without effect': async ({
    store,
    expect,
  }) => {
    const { connections } = store
    const made = await connect(store, anAccount())
    const updated = must(
      await connections.update(anAccount(), made.revision, {
        set: { status: 'needs_reauth', cause: 'revoked' },
      }),
      'the update',
    )
    expect(updated.revision).toBeGreaterThan(made.revision)
    expect(updated).toEqual({ ...made, revision: updated.revision, status: 'needs_reauth', cause: 'revoked' })
    const late = { set: { cause: 'late' }, bump: { epoch: true, settings: true } }
    expect(await connections.update(anAccount(), made.revision, late)).toBe(null)
    expect(await connections.update(anAccount(), updated.revision + 1, late)).toBe(null)
    expect(await connections.get(anAccount())).toEqual(updated)
    expect(await connections.update(anAccount('nobody'), 1, late)).toBe(null)
    expect(await connections.get(anAccount('nobody'))).toBe(undefined)
  },

  '[2] a key given as undefined is cleared, keys not named stay': async ({ store, expect }) => {
    const made = await connect(store, anAccount(), fullConnection())
    const updated = must(
      await store.connections.update(anAccount(), made.revision, {
        set: {
          cause: undefined,
          quotaPause: undefined,
          target: undefined,
          dueAt: undefined,
          subject: undefined,
        },
      }),
      'the update',
    )
    const { cause, quotaPause, target, dueAt, subject, ...rest } = made
    expect([cause, quotaPause?.strikes, target?.kind, dueAt, subject].includes(undefined)).toBe(false)
    expect(updated).toEqual({ ...rest, revision: updated.revision })
    expect(await store.connections.get(anAccount())).toEqual(updated)
  },

  '[2] of 20 racing updates of one revision exactly one is taken': async ({ store, other, expect }) => {
    const made = await connect(store, anAccount())
    const results = await race(20, index =>
      (index % 2 ? store : other).connections.update(anAccount(), made.revision, {
        set: { cause: `by ${index}` },
        bump: { epoch: true },
      }),
    )
    const winners = results.filter(connection => connection !== null)
    expect(winners.length).toBe(1)
    expect(await store.connections.get(anAccount())).toEqual(winners[0])
  },

  '[2] interleaved read-modify-write by two processes loses no update': async ({ store, other, expect }) => {
    await connect(store, anAccount(), { scopes: [] })
    const work = async (process: typeof store, name: string) => {
      await inTurn(8, async index => {
        for (let tries = 0; tries < 200; tries++) {
          const read = must(await process.connections.get(anAccount()), 'the connection')
          const scopes = [...read.scopes, `${name}${index}`]
          if (await process.connections.update(anAccount(), read.revision, { set: { scopes } })) return
        }
      })
    }
    await race(6, index => work(index % 2 ? store : other, `p${index}.`))
    const scopes = must(await store.connections.get(anAccount()), 'the connection').scopes
    expect(scopes.length).toBe(48)
    expect(new Set(scopes).size).toBe(48)
  },

  '[2] bump raises the epoch or the settings version, neither to a value it had before': async ({
    store,
    expect,
  }) => {
    let now = await connect(store, anAccount())
    const update = async (bump: { epoch?: boolean; settings?: boolean } | undefined) => {
      const change = bump ? { set: {}, bump } : { set: { cause: 'no bump' } }
      return must(await store.connections.update(anAccount(), now.revision, change), 'the update')
    }
    for (let round = 0; round < 4; round++) {
      const epoch = await update({ epoch: true })
      expect(epoch.epoch).toBeGreaterThan(now.epoch)
      expect(epoch.settingsVersion).toBe(now.settingsVersion)
      now = epoch
      const settings = await update({ settings: true })
      expect(settings.settingsVersion).toBeGreaterThan(now.settingsVersion)
      expect(settings.epoch).toBe(now.epoch)
      now = settings
      const both = await update({ epoch: true, settings: true })
      expect(both.epoch).toBeGreaterThan(now.epoch)
      expect(both.settingsVersion).toBeGreaterThan(now.settingsVersion)
      now = both
      const neither = await update(undefined)
      expect([neither.epoch, neither.settingsVersion]).toEqual([now.epoch, now.settingsVersion])
      now = neither
    }
  },

  '[3] due answers accounts whose time has passed, longest overdue first': async ({
    store,
    other,
    expect,
    advance,
  }) => {
    const now = await storeTime(store)
    await connect(store, anAccount('never'))
    await connect(store, anAccount('later'), { dueAt: now + LONG_MS })
    await connect(store, anAccount('second'), { dueAt: now - 20 })
    await connect(store, anAccount('third'), { dueAt: now - 10 })
    await connect(store, anAccount('first', 'w2'), { dueAt: now - 3_600_000 })
    const due = [anAccount('first', 'w2'), anAccount('second'), anAccount('third')]
    expect(await store.connections.due(10)).toEqual(due)
    expect(await other.connections.due(10)).toEqual(due)
    expect(await store.connections.due(2)).toEqual(due.slice(0, 2))
    const soon = await connect(store, anAccount('soon'), { dueAt: now + SHORT_MS })
    await advance(SHORT_MS + 20)
    expect((await store.connections.due(10)).at(-1)).toEqual(soon.account)
  },

  '[3] an account whose due time was moved or cleared is due no more': async ({ store, expect }) => {
    const moved = await connect(store, anAccount('moved'), { dueAt: 1_000 })
    const cleared = await connect(store, anAccount('cleared'), { dueAt: 2_000 })
    const later = { set: { dueAt: (await storeTime(store)) + LONG_MS } }
    await store.connections.update(moved.account, moved.revision, later)
    await store.connections.update(cleared.account, cleared.revision, { set: { dueAt: undefined } })
    expect(await store.connections.due(10)).toEqual([])
  },

  '[5] lookups by workspace and subject answer exactly theirs': async ({ store, expect }) => {
    await connect(store, anAccount('u1', 'w1'), { subject: 's1' })
    await connect(store, anAccount('u2', 'w1'), { subject: 's2' })
    const moving = await connect(store, anAccount('u1', 'w10'), { subject: 's1' })
    await connect(store, anAccount('u1', 'W1'))
    const { connections } = store
    const users = async (workspaceId: string) =>
      sorted((await connections.inWorkspace(workspaceId)).map(({ account }) => account.userId))
    expect(await users('w1')).toEqual(['u1', 'u2'])
    expect(await users('w10')).toEqual(['u1'])
    expect(await users('w')).toEqual([])
    expect([await connections.existsIn('w1'), await connections.existsIn('w')]).toEqual([true, false])
    const workspaces = async (subject: string) =>
      sorted((await connections.bySubject(subject)).map(({ account }) => account.workspaceId))
    expect(await workspaces('s1')).toEqual(['w1', 'w10'])
    expect(await workspaces('s')).toEqual([])
    await connections.update(moving.account, moving.revision, { set: { subject: 's3' } })
    expect(await workspaces('s1')).toEqual(['w1'])
    expect(await workspaces('s3')).toEqual(['w10'])
  },

  'page answers every connection once, page by page': async ({ store, expect }) => {
    const made = await inTurn(10, index => connect(store, anAccount(`u${index}`, `w${index % 3}`)))
    const name = ({ account }: (typeof made)[number]) => `${account.workspaceId} ${account.userId}`
    for (const limit of [1, 3, 5, 10, 100]) {
      const listed = await allPages(
        after => store.connections.page({ limit, ...(after === undefined ? {} : { after }) }),
        page => page.connections,
        limit,
      )
      expect(sorted(listed.map(name))).toEqual(sorted(made.map(name)))
    }
  },
}
