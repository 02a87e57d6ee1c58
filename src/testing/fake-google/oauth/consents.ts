import type { Client } from '../world/clients.ts'
import type { User } from '../world/users.ts'

/** What a user agreed to in one project, and until when: epoch milliseconds, Infinity without a limit. */
interface Consent {
  readonly scopes: Map<string, number>
  readonly clients: Map<Client, number>
}

/** Kept by user and project, since consent and its end are project-wide. */
export class Consents {
  private readonly _all = new Map<string, Consent>()

  scopes(user: User, client: Client, now: number): ReadonlySet<string> {
    const scopes = this._all.get(keyOf(user, client))?.scopes ?? []
    return new Set([...scopes].filter(([, until]) => now < until).map(([scope]) => scope))
  }

  /** Whether the user has consented to this very client. */
  includes(user: User, client: Client, now: number): boolean {
    const until = this._all.get(keyOf(user, client))?.clients.get(client)
    return until !== undefined && now < until
  }

  /** What was agreed to for longer stays so. */
  add(user: User, client: Client, scopes: readonly string[], until: number): void {
    const { scopes: agreed, clients } = this._all.get(keyOf(user, client)) ?? this._first(user, client)
    for (const scope of scopes) agreed.set(scope, Math.max(agreed.get(scope) ?? until, until))
    clients.set(client, Math.max(clients.get(client) ?? until, until))
  }

  /** Nothing agreed to so far lasts beyond `at`. What is over by now stays so, wherever the clock goes. */
  end(user: User, client: Client, now: number, at: number): void {
    const key = keyOf(user, client)
    const consent = this._all.get(key)
    if (at <= now) this._all.delete(key)
    if (at <= now || !consent) return
    for (const [scope, until] of consent.scopes) consent.scopes.set(scope, Math.min(until, at))
    for (const [one, until] of consent.clients) consent.clients.set(one, Math.min(until, at))
  }

  private _first(user: User, client: Client): Consent {
    const consent: Consent = { scopes: new Map(), clients: new Map() }
    this._all.set(keyOf(user, client), consent)
    return consent
  }
}

function keyOf(user: User, client: Client): string {
  return `${user.sub} ${client.projectNumber}`
}
