import type { Connection } from '../../contracts/connection.ts'
import type { Intent, Link } from '../../contracts/link.ts'
import type { LinkFields } from '../../contracts/link-store.ts'
import { LINKS_PAGE } from '../limits.ts'
import type { Engine } from '../run-context.ts'

/**
 * Forgets what is known of the account's events, a page a commit. Id and generation stay, so that a reconnect finds
 * the same events, and of open intents what keeps it from taking a late write for nothing (ENGINE B2, D4). `false`:
 * the account has moved on.
 */
export async function detachLinks(engine: Engine, { account, epoch }: Connection): Promise<boolean> {
  const { links } = engine.deps.state
  let after: string | undefined
  do {
    const page = await links.rewrite(account, { epoch, after, limit: LINKS_PAGE, change: detached })
    if (page === null) return false
    after = page.next
  } while (after !== undefined)
  return true
}

export function detached(link: Link): LinkFields {
  const { calendarId, eventId, generation, settingsVersion, mailedVersion, syncedAt } = link
  return {
    ...{ calendarId, eventId, generation, settingsVersion, mailedVersion, syncedAt },
    event: link.event === 'none' && link.intents.length === 0 ? 'none' : 'unknown',
    intents: link.intents.map(bare),
    detached: true,
    behind: false,
    kept: false,
    status: 'pending',
    notes: [],
  }
}

function bare({ kind, number, at }: Intent): Intent {
  return { kind, number, at }
}
