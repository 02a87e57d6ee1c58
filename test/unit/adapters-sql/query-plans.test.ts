import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { type SqliteHandle, sqliteStores } from '../../../src/adapters/sqlite/index.ts'
import {
  aBulkMark,
  aMark,
  anAccount,
  aRef,
  someConnection,
  someLink,
} from '../../../src/testing/contracts/samples.ts'

/** Hands out the database and keeps the text of every statement. */
function recording(database: DatabaseSync): { readonly handle: SqliteHandle; readonly texts: Set<string> } {
  const texts = new Set<string>()
  const handle: SqliteHandle = {
    prepare(sql) {
      texts.add(sql)
      return database.prepare(sql)
    },
    exec: sql => database.exec(sql),
    close: () => database.close(),
  }
  return { handle, texts }
}

describe('every query of the stores', () => {
  it('uses an index', async () => {
    const database = new DatabaseSync(':memory:')
    const { handle, texts } = recording(database)
    const stores = sqliteStores(handle)
    await stores.migrate()
    texts.clear()
    const {
      connections,
      marks,
      claims,
      links,
      findings,
      pendingAuthorizations,
      leases,
      identityKey,
      budgets,
      pullHints,
    } = stores.state
    const account = anAccount()
    const page = { limit: 10, after: '0' }
    const made = await connections.create(account, someConnection({ dueAt: 1, subject: 's' }))
    if (!made) throw new Error('Expected a connection.')
    await connections.update(account, 1, { set: {}, bump: { epoch: true, settings: true } })
    const now = await connections.get(account)
    await connections.inWorkspace('w1')
    await connections.existsIn('w1')
    await connections.bySubject('s')
    await connections.due(10)
    await connections.page(page)
    await connections.readMark(account)
    await marks.insert([aMark(), aBulkMark(aRef('a2'), 'u1'), aBulkMark(aRef('a3'), 'u2')])
    await marks.dueRefs({ limit: 10 })
    await marks.dueBulk(account, 10)
    await marks.dueBulkAccounts(1)
    await marks.dueBulkAccounts(5)
    await marks.bringForward(account, ['network'])
    await marks.countBulk(account, 10)
    await budgets.take('b', { units: 1, limit: 1, forMs: 10 })
    await budgets.settle('b', '1', { units: 1, forMs: 10 })
    const claim = await claims.claim(aRef(), { holdMs: 1_000 })
    if (!claim || !now) throw new Error('Expected a claim.')
    const write = { account, target: 't1', expectedVersion: null, epoch: now.epoch, set: someLink() }
    const written = await links.write(claim, write)
    if (!written.ok) throw new Error('Expected a link.')
    const again = await links.write(claim, { ...write, expectedVersion: written.link.version })
    if (!again.ok) throw new Error('Expected a link.')
    await links.page(account, page)
    await links.stale(account, { target: 't1', settingsVersion: 5 }, page)
    await links.summary(account, { cap: 10 })
    await links.remove(claim, { ...write, expectedVersion: again.link.version })
    await claims.renew(claim, { holdMs: 1_000, seen: [] })
    await claims.finish(claim, { deleteMarks: claim.marks.map(mark => mark.id), addMarks: [] })
    await findings.add(account, [{ ref: aRef(), kind: 'removal' }])
    await findings.count(account, 1_000)
    await findings.list(account, { limit: 10 })
    await findings.clear(account, aRef())
    await pendingAuthorizations.put({ id: 'p', account, sealed: 's' }, { expiresInMs: 1_000, limit: 1 })
    await pendingAuthorizations.take('p')
    await leases.acquire('name', 'holder', 1_000)
    await leases.acquire('name', 'holder', 1_000)
    await leases.renew('name', 'holder', 1_000)
    await leases.release('name', 'holder')
    await pullHints.add(account)
    await pullHints.due(10)
    await pullHints.take(account)
    await identityKey.putIfAbsent('k')
    await identityKey.replace('k', 'l')
    await stores.tokens.put(account, 'one', await stores.tokens.put(account, 'two', null))
    await stores.tokens.delete(account)
    await stores.state.erase(account)

    const scans = [...texts].flatMap(text =>
      (database.prepare(`explain query plan ${text}`).all() as { readonly detail: string }[])
        .filter(({ detail }) => /^SCAN (gcs_|mark|ref|link)/.test(detail) && !detail.includes('USING'))
        .map(({ detail }) => `${detail}: ${text}`),
    )
    expect(texts.size).toBeGreaterThan(40)
    expect(scans.filter(scan => !scan.startsWith('SCAN gcs_counter'))).toEqual([])
    const sorts = [...texts].filter(text =>
      (database.prepare(`explain query plan ${text}`).all() as { readonly detail: string }[]).some(
        ({ detail }) => detail.includes('TEMP B-TREE FOR ORDER BY'),
      ),
    )
    // A handful of rows of one ref or workspace may be sorted; listings and due work may not.
    expect(sorts.filter(text => text.includes('limit'))).toEqual([])
    await stores.close()
    database.close()
  })
})
