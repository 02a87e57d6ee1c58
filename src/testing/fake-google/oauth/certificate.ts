import type { KeyObject } from 'node:crypto'
import { bitString, integer, nullValue, objectId, sequence, set, tagged, utcTime, utf8 } from './der.ts'

const SHA256_WITH_RSA = [1, 2, 840, 113549, 1, 1, 11]
const COMMON_NAME = [2, 5, 4, 3]
/** The subject of Google's own certificates. */
const SUBJECT = 'federated-signon.system.gserviceaccount.com'

/** The least X.509 that clients accept: no extension, valid longer than any test. */
export function selfSignedCertificate(publicKey: KeyObject, sign: (data: Uint8Array) => Buffer): string {
  const algorithm = sequence(objectId(SHA256_WITH_RSA), nullValue())
  const name = sequence(set(sequence(objectId(COMMON_NAME), utf8(SUBJECT))))
  const validity = sequence(utcTime('000101000000Z'), utcTime('491231235959Z'))
  const version3 = tagged(0, integer(2))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const body = sequence(version3, integer(1), algorithm, name, validity, name, key)
  const der = sequence(body, algorithm, bitString(sign(body)))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
