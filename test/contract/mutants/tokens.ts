import type { AccountRef } from '../../../src/contracts/identity.ts'
import type { StoredToken, TokenStore } from '../../../src/contracts/token-store.ts'
import { blindly, type Mutant, override, tick } from './mutant.ts'

type Replace = (inner: TokenStore) => Partial<TokenStore>

const mutant = (name: string, caughtBy: readonly string[], replace: Replace): Mutant<TokenStore> => ({
  name: `tokens: ${name}`,
  caughtBy,
  make: store => override(store, replace(store)),
})

const keyedBy =
  (fold: (id: string) => string): Replace =>
  inner => {
    const folded = (account: AccountRef) => ({
      workspaceId: fold(account.workspaceId),
      userId: fold(account.userId),
    })
    return {
      get: account => inner.get(folded(account)),
      put: (account, value, version) => inner.put(folded(account), value, version),
      delete: account => inner.delete(folded(account)),
    }
  }

const ALIKE = 'tokens: [5] two different accounts never share a row, however alike'

export const tokenMutants: readonly Mutant<TokenStore>[] = [
  mutant(
    'put does not compare versions',
    [
      'tokens: [2] a version that is not the newest gets null and changes nothing',
      'token races: [2] of 20 racing writers on one version exactly one wins',
      'token races: [3] a put with a version of before a delete gets null, also once a new token is there',
    ],
    inner => ({
      put: (account, value) =>
        blindly(async () => inner.put(account, value, (await inner.get(account))?.version ?? null)),
    }),
  ),
  mutant(
    'put compares, waits, and writes',
    [
      'token races: [2] of 20 racing first writers exactly one wins',
      'token races: [2] of 20 racing writers on one version exactly one wins',
      'token races: [2] interleaved readers and writers: no update is lost and no reader goes back',
    ],
    inner => ({
      async put(account, value, version) {
        if (((await inner.get(account))?.version ?? null) !== version) return null
        await tick()
        return inner.put(account, value, (await inner.get(account))?.version ?? null)
      },
    }),
  ),
  mutant('put overwrites when null was expected', ['tokens: [2] null asks for none to be there'], inner => ({
    put: async (account, value, version) =>
      inner.put(account, value, version ?? (await inner.get(account))?.version ?? null),
  })),
  mutant(
    'a put with an old version makes a deleted row again',
    [
      'token races: [3] a put with a version of before a delete gets null, also once a new token is there',
      'token races: [3] a put that races a delete never brings the token back after both',
    ],
    inner => ({
      put: async (account, value, version) =>
        inner.put(account, value, (await inner.get(account)) ? version : null),
    }),
  ),
  mutant(
    'versions are counted by row and start again',
    [
      'token races: [3] a version is never used twice, not even after a delete',
      'token races: [3] a put with a version of before a delete gets null, also once a new token is there',
    ],
    () => countedByRow(),
  ),
  mutant(
    'get remembers',
    [
      'tokens: [1] get answers what was put last, at once and to every process',
      'token races: [2] interleaved readers and writers: no update is lost and no reader goes back',
    ],
    inner => {
      const remembered = new Map<string, StoredToken | undefined>()
      return {
        async get(account) {
          const key = JSON.stringify(account)
          if (!remembered.get(key)) remembered.set(key, await inner.get(account))
          return remembered.get(key)
        },
      }
    },
  ),
  mutant('a lost race throws', ['token races: [6] a lost race is an answer, never a throw'], inner => ({
    async put(account, value, version) {
      const made = await inner.put(account, value, version)
      if (made === null) throw new Error('unique constraint failed')
      return made
    },
  })),
  mutant('values are trimmed', ['tokens: [5] values round-trip unchanged'], inner => ({
    put: (account, value, version) => inner.put(account, value.trim(), version),
  })),
  mutant(
    'delete takes the workspace',
    ['tokens: [4] delete of nothing is fine, and of something leaves the others'],
    inner => ({
      async delete(account) {
        await inner.delete(account)
        await inner.delete({ ...account, userId: 'u2' })
      },
    }),
  ),
  mutant(
    'ids are folded to lower case',
    [ALIKE],
    keyedBy(id => id.toLowerCase()),
  ),
  mutant(
    'ids are trimmed',
    [ALIKE],
    keyedBy(id => id.trim()),
  ),
  mutant(
    'ids are normalised',
    [ALIKE],
    keyedBy(id => id.normalize('NFC')),
  ),
  mutant(
    'ids are normalised for compatibility',
    [ALIKE],
    keyedBy(id => id.normalize('NFKC')),
  ),
  mutant(
    'ids are cut at 254',
    [ALIKE],
    keyedBy(id => id.slice(0, 254)),
  ),
  mutant(
    'ids are numbers when they look so',
    [ALIKE],
    keyedBy(id => (id && Number.isFinite(Number(id)) ? `${Number(id)}` : id)),
  ),
  ...['/', ':', '.', '|', ',', '","'].map(separator =>
    mutant(`ids are joined by ${separator}`, [ALIKE], inner => {
      const joined = (account: AccountRef) => ({
        workspaceId: `${account.workspaceId}${separator}${account.userId}`,
        userId: 'u',
      })
      return {
        get: account => inner.get(joined(account)),
        put: (account, value, version) => inner.put(joined(account), value, version),
        delete: account => inner.delete(joined(account)),
      }
    }),
  ),
]

function countedByRow(): TokenStore {
  const rows = new Map<string, StoredToken>()
  return {
    get: async account => rows.get(JSON.stringify(account)),
    async put(account, value, version) {
      const key = JSON.stringify(account)
      const current = rows.get(key)?.version ?? null
      if (current !== version) return null
      const next = String(Number(current ?? 0) + 1)
      rows.set(key, { value, version: next })
      return next
    },
    async delete(account) {
      rows.delete(JSON.stringify(account))
    },
  }
}
