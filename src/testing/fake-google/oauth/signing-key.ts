import { createSign, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { selfSignedCertificate } from './certificate.ts'

/** The key id_tokens are signed with, in the two forms Google publishes it. */
export interface SigningKey {
  readonly kid: string
  readonly jwk: JsonWebKey
  /** X.509, since Google's own clients fetch certificates, not keys. */
  readonly certificate: string
  sign(data: string): string
}

/** Costs a tenth of a second or so; share one between fakes through the `signingKey` option. */
export function createSigningKey(kid: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    kid,
    jwk: { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid },
    certificate: selfSignedCertificate(publicKey, data => rs256(privateKey, data)),
    sign: data => rs256(privateKey, data).toString('base64url'),
  }
}

function rs256(key: KeyObject, data: string | Uint8Array): Buffer {
  return createSign('RSA-SHA256').update(data).sign(key)
}
