export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted on, field by field
  readonly json: any
  readonly reason: string | undefined
}

export interface Target {
  /** `https://www.googleapis.com`, or the fake's address. */
  readonly baseUrl: string
  /** Where `/token`, `/revoke` and `/tokeninfo` are, and where people sign in; default: `baseUrl`. */
  readonly oauthUrl?: string
  readonly accountsUrl?: string
  readonly accessToken: string | undefined
  readonly narrowAccessToken?: string | undefined
  readonly webhook?: string | undefined
  /** Between requests, for Google's write limits. */
  readonly pauseMs: number
}

export async function send(
  { accessToken, pauseMs }: Target,
  method: string,
  url: string,
  { body, headers }: CallOptions = {},
): Promise<Answer> {
  if (pauseMs > 0) await new Promise(resolve => setTimeout(resolve, pauseMs))
  const authorization = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
  const json = isJson ? JSON.parse(text) : undefined
  return {
    status: response.status,
    headers: response.headers,
    text,
    json,
    reason: json?.error?.errors?.[0]?.reason,
  }
}
