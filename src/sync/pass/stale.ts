import type { Link } from '../../contracts/link.ts'
import { concerns } from '../detached.ts'
import { LINKS_PAGE } from '../limits.ts'
import { type AccountPass, bulkMark } from './account-pass.ts'

/**
 * Links of an old target, of older settings, or left behind: each gets a mark (ENGINE A6, D3, D5). They are found
 * by index, so one changed row of the connection is all a switch costs, and nothing can be half done. Exempt from
 * the mass-change guard is what somebody asked for: a new target, and what was told while the account was blocked.
 * New settings ask for other words in the events, never for their removal.
 */
export async function refreshStale(pass: AccountPass): Promise<void> {
  const { state } = pass.engine.deps
  const { account, target, settingsVersion } = pass.connection
  if (target === undefined) return
  const current = { target: target.key, settingsVersion }
  let after: string | undefined
  let marked = 0
  do {
    pass.mayGoOn()
    const page = await state.links.stale(account, current, { after, limit: LINKS_PAGE })
    const ours = page.links.filter(link => concerns(target.key, link))
    if (ours.length > 0)
      await state.marks.insert(
        ours.map(link =>
          bulkMark(pass.connection, link.ref, isAskedFor(link, target.key) ? 'planned' : 'found'),
        ),
      )
    marked += ours.length
    await pass.progress({ checked: marked, marked })
    after = page.next
  } while (after !== undefined)
}

function isAskedFor(link: Link, target: string): boolean {
  return link.behind || link.target !== target
}
