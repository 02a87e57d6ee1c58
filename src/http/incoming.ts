import type { z } from 'zod'
import type { Runtime } from '../contracts/runtime.ts'
import { readJson } from './body.ts'
import { HttpProblem } from './problem.ts'

/** A random UUID (RFC 9562, version 4) as a URI: what `instance` of a problem has to be. */
export function newInstance({ random }: Pick<Runtime, 'random'>): string {
  const bytes = Buffer.from(random.bytes(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return `urn:uuid:${parts.join('-')}`
}

export async function readBodyAs<T extends z.ZodObject>(request: Request, schema: T): Promise<z.output<T>> {
  const body = await readJson(request)
  return checkAs(schema, body === undefined ? {} : body)
}

/** What a client sent, or a problem that names the documented fields that are wrong. */
export function checkAs<T extends z.ZodObject>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const documented = Object.keys(schema.shape)
  const named = parsed.error.issues.map(issue => issue.path[0])
  throw new HttpProblem('request-invalid', { fields: documented.filter(name => named.includes(name)) })
}

/** Once: what is still encoded after that is part of the id. */
export function decodeId(encoded: string | undefined): string {
  try {
    return decodeURIComponent(encoded ?? '')
  } catch {
    throw new HttpProblem('request-invalid')
  }
}
