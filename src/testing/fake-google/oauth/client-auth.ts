import type { Call } from '../wire/call.ts'
import { oauthError } from '../wire/oauth-error.ts'
import { Refusal } from '../wire/reply.ts'
import type { Client } from '../world/clients.ts'

/** Client id and secret from the body or HTTP Basic; refusals in Google's words (observed). */
export function authenticateClient(call: Call, form: URLSearchParams): Client {
  const [basicId, basicSecret] = readBasic(call.headers.authorization)
  const clientId = form.get('client_id') ?? basicId
  const secret = form.get('client_secret') ?? basicSecret
  if (!clientId) return refuse(400, 'invalid_request', 'Could not determine client ID from request.')
  const client = call.world.clients.get(clientId)
  if (!client) return refuse(401, 'invalid_client', 'The OAuth client was not found.')
  if (client.deleted) return refuse(401, 'deleted_client', 'The OAuth client was deleted.')
  if (!secret) return refuse(400, 'invalid_request', 'client_secret is missing.')
  if (secret === client.clientSecret) return client
  return refuse(401, 'invalid_client', call.world.switches.wrongSecretText)
}

function readBasic(header: string | undefined): [string?, string?] {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return []
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? [] : [formDecode(text.slice(0, colon)), formDecode(text.slice(colon + 1))]
}

/** RFC 6749 2.3.1 has both halves form-encoded, and many clients do not. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function refuse(status: number, error: string, description: string): never {
  throw new Refusal(oauthError(status, error, description))
}
