import type { Pace } from '../wire/exchange.ts'

const CHUNK = ' '.repeat(64 * 1024)

/** The body in the pieces in which it leaves. A bomb is blanks, then the body, so that it stays valid JSON. */
export async function* paced(
  body: string,
  pace: Pace,
  sleep: (ms: number) => Promise<unknown>,
): AsyncGenerator<string> {
  if (pace.kind === 'drip') {
    const length = Math.max(1, Math.ceil(body.length / pace.pieces))
    for (let from = 0; from < body.length; from += length) {
      if (from > 0) await sleep(pace.everyMs)
      yield body.slice(from, from + length)
    }
    return
  }
  if (pace.kind === 'cut') {
    yield body.slice(0, Math.floor(body.length / 2))
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  }
  for (let left = pace.bytes; left > 0; left -= CHUNK.length)
    yield left < CHUNK.length ? CHUNK.slice(0, left) : CHUNK
  yield body
}
