import { hash } from 'node:crypto'

export type KeyedHash = (encoding: 'hex' | 'base64url', purpose: string, parts: readonly string[]) => string

const KEY_BYTES = 32

/**
 * SHA-512/256 over key, purpose and parts. It has no length extension, so a key in front is a sound MAC, at a
 * third of the cost of an HMAC.
 */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  if (key.length !== KEY_BYTES) throw new RangeError(`A mapping key has ${KEY_BYTES} bytes.`)
  const prefix = Buffer.from(key).toString('hex')
  return (encoding, purpose, parts) => {
    let message = prefix + frame(purpose)
    for (const part of parts) message += frame(part)
    return hash('sha512-256', message, encoding)
  }
}

/** Hashing turns each lone surrogate into U+FFFD, which would let two ids of a host collide. */
function frame(part: string): string {
  if (part.isWellFormed()) return `${part.length}:${part}`
  const escaped = JSON.stringify(part)
  return `${escaped.length}!${escaped}`
}
