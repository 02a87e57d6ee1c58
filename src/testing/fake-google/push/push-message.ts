import type { Channel, OutgoingMessage, PushState } from './channel.ts'

const USER_AGENT = 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)'

/** Calendar API, "Push notifications"; no body, and no word of what has changed. */
export function pushMessage(
  channel: Omit<Channel, 'watched' | 'user' | 'client'>,
  state: PushState,
  at: number,
  contentType: string | null,
): OutgoingMessage {
  const { id, address, token, expiresAt, resourceId, resourceUri, lastNumber } = channel
  const headers = {
    Accept: '*/*',
    'Accept-Encoding': 'gzip,deflate,br',
    'User-Agent': USER_AGENT,
    ...(contentType === null ? {} : { 'Content-Type': contentType }),
    'X-Goog-Channel-ID': id,
    'X-Goog-Channel-Expiration': new Date(expiresAt).toUTCString(),
    'X-Goog-Resource-State': state,
    'X-Goog-Message-Number': String(lastNumber),
    'X-Goog-Resource-ID': resourceId,
    'X-Goog-Resource-URI': resourceUri,
    ...(token === undefined ? {} : { 'X-Goog-Channel-Token': token }),
  }
  const common = { kind: 'push', url: address, headers, body: '', channelId: id } as const
  return { ...common, state, number: lastNumber, at, attempt: 1, late: false }
}
