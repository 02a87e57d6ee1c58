import { type Agent, request } from 'node:http'
import type { Exchange, FakeRequest } from '../../../../../src/testing/fake-google/index.ts'

/** One request through a real socket. Node's own client, since `fetch` mends what a rude client would send. */
export function overHttp(
  origin: string,
  agent: Agent,
  { method, url, headers, body }: FakeRequest,
): Promise<Pick<Exchange, 'response' | 'delivery'>> {
  const path = `${encodeURI(url).replaceAll(/%25(?=[0-9A-Fa-f]{2})/g, '%')}`
  return new Promise((resolve, reject) => {
    const sent = request(
      `${origin}${path.startsWith('/') ? path : '/'}`,
      { method, headers, agent },
      response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () => {
          const names = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
          const status = response.statusCode ?? 0
          resolve({
            response: { status, headers: Object.fromEntries(names), body: text },
            delivery: 'answered',
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(method === 'GET' || method === 'HEAD' ? undefined : body)
  })
}
