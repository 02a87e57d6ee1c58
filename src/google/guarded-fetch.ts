import type { Fetch } from '../contracts/runtime.ts'
import { NoAnswerError } from './no-answer.ts'

/** The largest answer that is read; a page of 2,500 events is about 3 MB. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/**
 * The runtime's fetch as Google's client may use it: no redirect is followed, nothing goes to another origin, and
 * a body is read up to a limit, after decompression.
 */
export function guardedFetch(send: Fetch, origins: ReadonlySet<string>, maxBytes = MAX_ANSWER_BYTES): Fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!origins.has(url.origin)) throw new NoAnswerError('foreign-origin')
    // The client passes its whole options object, agents and proxies included.
    const { method, headers, body, signal } = init
    const response = await send(url, {
      redirect: 'manual',
      ...(method === undefined ? {} : { method }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    })
    return Object.defineProperty(response, 'text', { value: () => readText(response, maxBytes) })
  }
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > maxBytes) {
      // Without waiting: a stalled connection may never confirm.
      reader.cancel().catch(() => {})
      throw new NoAnswerError('answer-too-large')
    }
    text += decoder.decode(value, { stream: true })
  }
}
