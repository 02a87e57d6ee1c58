import { HttpProblem } from './problem.ts'

export const MAX_BODY_BYTES = 16_384
const MAX_DEPTH = 8
/** No form of a page can send this type across sites without asking first. */
const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

/** A body that says what it is says JSON, also where none is needed. */
export function checkMediaType(request: Request): void {
  const type = request.headers.get('content-type')
  const encoding = request.headers.get('content-encoding')
  const plain = encoding === null || encoding.toLowerCase() === 'identity'
  if (!plain || (type !== null && !JSON_TYPE.test(type.trim()))) {
    throw new HttpProblem('media-type-unsupported')
  }
}

/** The body as JSON; `undefined` when it is empty. */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBounded(request)
  if (bytes.length === 0) return undefined
  if (request.headers.get('content-type') === null) throw new HttpProblem('media-type-unsupported')
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (isDeep(text)) throw new HttpProblem('request-invalid')
    return JSON.parse(text, refusingPrototypes)
  } catch {
    throw new HttpProblem('request-invalid')
  }
}

async function readBounded(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length')) > MAX_BODY_BYTES) throw new HttpProblem('body-too-large')
  if (request.body === null) return new Uint8Array()
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (let reads = 0; ; reads++) {
    const { done, value } = await reader.read().catch(() => {
      throw new HttpProblem('request-invalid')
    })
    if (done) return Buffer.concat(chunks)
    size += value.byteLength
    if (size > MAX_BODY_BYTES || reads > MAX_BODY_BYTES) {
      // Not awaited: whoever sends without end may not answer this either.
      reader.cancel().catch(() => {})
      throw new HttpProblem('body-too-large')
    }
    chunks.push(value)
  }
}

/** Before parsing: a parser or a schema that recurses must never see it. */
function isDeep(text: string): boolean {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (quoted) {
      if (character === '\\') i++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '{' || character === '[') {
      if (++depth > MAX_DEPTH) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}

function refusingPrototypes(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new HttpProblem('request-invalid')
  return value
}
