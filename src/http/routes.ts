import type { AccountRoute, OpenRoute } from './exchange.ts'
import { appointment, retryAppointment } from './resources/appointments.ts'
import { authorize } from './resources/authorize.ts'
import { calendars } from './resources/calendars.ts'
import { callback } from './resources/callback.ts'
import { disconnect } from './resources/disconnect.ts'
import { updateSettings } from './resources/settings.ts'
import { status } from './resources/status.ts'
import { startSync, syncProgress } from './resources/sync.ts'

export type Route =
  | { readonly methods: readonly string[]; readonly account: AccountRoute }
  | { readonly methods: readonly string[]; readonly open: OpenRoute }

const READ = ['GET', 'HEAD']

/** By path below the base; `:id` is one segment. */
const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  '/': [{ methods: ['DELETE'], account: disconnect }],
  '/status': [{ methods: READ, account: status }],
  '/authorize': [{ methods: ['POST'], account: authorize }],
  // Not HEAD: it spends the consent, and what asks by HEAD only looks whether a link is alive.
  '/callback': [{ methods: ['GET'], open: callback }],
  '/settings': [{ methods: ['PATCH'], account: updateSettings }],
  '/calendars': [{ methods: READ, account: calendars }],
  '/sync': [
    { methods: READ, account: syncProgress },
    { methods: ['POST'], account: startSync },
  ],
  '/appointments/:id': [{ methods: READ, account: appointment }],
  '/appointments/:id/retry': [{ methods: ['POST'], account: retryAppointment }],
}

export interface FoundRoute {
  readonly routes: readonly Route[]
  readonly ids: readonly string[]
}

export function findRoute(basePath: string, pathname: string): FoundRoute | undefined {
  if (pathname === basePath) return found('/', [])
  if (!pathname.startsWith(`${basePath}/`)) return undefined
  const path = pathname.slice(basePath.length)
  const parts = path.split('/')
  for (const pattern of Object.keys(ROUTES)) {
    const wanted = pattern.split('/')
    if (wanted.length !== parts.length) continue
    if (wanted.every((part, i) => (part === ':id' ? parts[i] !== '' : part === parts[i])))
      return found(
        pattern,
        parts.filter((_, i) => wanted[i] === ':id'),
      )
  }
  return undefined
}

function found(pattern: string, encoded: readonly string[]): FoundRoute {
  return { routes: ROUTES[pattern] ?? [], ids: encoded }
}
