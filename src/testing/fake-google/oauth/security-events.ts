import type { Client } from '../world/clients.ts'
import type { User } from '../world/users.ts'
import type { World } from '../world/world.ts'
import { signJwt } from './jwt.ts'

const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'
const OAUTH = 'https://schemas.openid.net/secevent/oauth/event-type/'

/** Google, "Cross-Account Protection". */
export const SECURITY_EVENTS = {
  'account-disabled': RISC,
  'account-enabled': RISC,
  'account-purged': RISC,
  'account-credential-change-required': RISC,
  'sessions-revoked': RISC,
  'tokens-revoked': OAUTH,
  verification: RISC,
} as const

export type SecurityEvent = keyof typeof SECURITY_EVENTS

/** Google's issuer of these has a slash at its end, unlike that of id_tokens. */
const ISSUER = 'https://accounts.google.com/'

interface Details {
  readonly reason?: string | undefined
  readonly state?: string | undefined
}

/** Sends a signed event to every client that asked for them and that the user has granted something. */
export function sendSecurityEvent(
  world: World,
  type: SecurityEvent,
  user: User | undefined,
  details: Details = {},
  clients: readonly Client[] = world.clients.all(),
): number {
  const now = world.time.now()
  const concerned = clients.filter(
    client =>
      client.securityEventsUrl !== undefined && (!user || world.grants.hasConsented(user, client, now)),
  )
  for (const client of concerned) {
    const subject = user && { subject: { subject_type: 'iss-sub', iss: ISSUER, sub: user.sub } }
    const event = { ...subject, ...definedOnly(details) }
    const claims = {
      iss: ISSUER,
      aud: client.clientId,
      iat: Math.floor(now / 1000),
      jti: world.ids.keyId(),
      events: { [`${SECURITY_EVENTS[type]}${type}`]: event },
    }
    world.outgoing.add({
      kind: 'securityEvent',
      url: client.securityEventsUrl ?? '',
      headers: { Accept: 'application/json', 'Content-Type': 'application/secevent+jwt' },
      body: signJwt(world, claims, 'secevent+jwt'),
      channelId: undefined,
      state: undefined,
      number: 0,
      at: now,
      attempt: 1,
      late: false,
    })
  }
  return concerned.length
}

function definedOnly(details: Details): Record<string, string> {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined))
}
