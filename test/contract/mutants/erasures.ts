import { mutantOf, override, type StateMutant } from './mutant.ts'

const links = mutantOf('links')

const OF_AN_ACCOUNT = 'erasures: [5] of an account leaves nothing of it, and everything of the others'
const OF_A_WORKSPACE = 'erasures: [5] of a workspace leaves nothing of it, and everything of the others'

const rewrites: readonly StateMutant[] = [
  links(
    'rewrite does not look at the epoch',
    ['link rewrites: [7] null, and no change, once the epoch has moved or the account is unknown'],
    (inner, all) => ({
      async rewrite(account, rewrite) {
        const connection = await all.connections.get(account)
        return inner.rewrite(account, { ...rewrite, epoch: connection?.epoch ?? rewrite.epoch })
      },
    }),
  ),
  links(
    'rewrite does only its first page',
    ['link rewrites: [7] changes every link of exactly this account once, page by page'],
    inner => ({
      async rewrite(account, rewrite) {
        return (await inner.rewrite(account, rewrite)) && {}
      },
    }),
  ),
  links(
    'rewrite changes nothing',
    [
      'link rewrites: [7] changes every link of exactly this account once, page by page',
      'link rewrites: [7] gives every link a new version, so that a run that read it before is refused',
    ],
    inner => ({
      async rewrite(account, { change, ...page }) {
        const { links: found, next } = await inner.page(account, page)
        for (const link of found) change(link)
        return next === undefined ? {} : { next }
      },
    }),
  ),
]

/** A store whose erasure of an account or workspace does something else. */
const erasing = (
  name: string,
  caughtBy: readonly string[],
  erase: (store: Parameters<StateMutant['make']>[0]) => Parameters<StateMutant['make']>[0]['erase'],
): StateMutant => ({ name, caughtBy, make: store => override(store, { erase: erase(store) }) })

export const erasureMutants: readonly StateMutant[] = [
  ...rewrites,
  erasing(
    'an erasure takes the whole workspace',
    [OF_AN_ACCOUNT],
    store =>
      ({ workspaceId }) =>
        store.erase({ workspaceId }),
  ),
  erasing('an erasure leaves the findings', [OF_AN_ACCOUNT, OF_A_WORKSPACE], store => async erasure => {
    const account = { workspaceId: erasure.workspaceId, userId: erasure.userId ?? 'u1' }
    const kept = await store.findings.list(account, { limit: 100 })
    await store.erase(erasure)
    await store.findings.add(account, kept.findings)
  }),
  erasing('an erasure forgets nothing', [OF_AN_ACCOUNT, OF_A_WORKSPACE], () => async () => {}),
]
