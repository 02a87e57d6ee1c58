import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { Runtime } from '../contracts/runtime.ts'
import { CalendarSyncError, type ErrorCode } from '../errors.ts'
import { canonicalBytes } from './canonical-bytes.ts'
import { isKeyId, type KeyringSecrets, readKeys } from './key-material.ts'
import { strictBase64url } from './strict-base64url.ts'

/**
 * Seals what the stores keep: AES-256-GCM, `gcs1.<key id>.<iv>.<ciphertext>.<tag>`, base64url. Every value is
 * bound to its purpose and account, so that one moved to another row, column or tenant does not open.
 */
export interface Keyring {
  readonly currentKeyId: string
  seal(plaintext: string | Uint8Array, context: SealContext): string
  /** Throws `sealed-with-unknown-key` or `sealed-value-damaged`. The one key named is tried, never all. */
  open(sealed: string, context: SealContext): Uint8Array
  openText(sealed: string, context: SealContext): string
  /** The id of the key that sealed it; `undefined` for what is not one of our values. */
  keyIdOf(sealed: string): string | undefined
}

export interface SealContext {
  readonly purpose: string
  readonly workspaceId?: string | undefined
  readonly userId?: string | undefined
}

const FORMAT = 'gcs1'
const CIPHER = 'aes-256-gcm'
/** NIST SP 800-38D §8.2: a random 96-bit IV is good for 2^32 values a key. */
const IV_BYTES = 12
const TAG_BYTES = 16
export const MAX_SEALED_LENGTH = 131_072

export function createKeyring(
  secrets: KeyringSecrets | undefined,
  runtime: Pick<Runtime, 'random'>,
): Keyring {
  const [current, ...previous] = readKeys(secrets)
  const keys = new Map<string, KeyObject>()
  for (const { id, bytes } of [current, ...previous]) keys.set(id, createSecretKey(bytes))
  const currentKey = createSecretKey(current.bytes)

  const open = (sealed: string, context: SealContext): Buffer => {
    const parts = parse(sealed)
    if (parts === undefined) throw damaged(context)
    const key = keys.get(parts.keyId)
    if (key === undefined) throw unknownKey(parts.keyId, context)
    // Without authTagLength, Node takes a tag cut to 4 bytes (DEP0182).
    const decipher = createDecipheriv(CIPHER, key, parts.iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(associatedData(parts.keyId, context))
    decipher.setAuthTag(parts.tag)
    try {
      return Buffer.concat([decipher.update(parts.ciphertext), decipher.final()])
    } catch {
      throw damaged(context)
    }
  }

  return Object.freeze({
    currentKeyId: current.id,
    seal(plaintext: string | Uint8Array, context: SealContext): string {
      const iv = runtime.random.bytes(IV_BYTES)
      const cipher = createCipheriv(CIPHER, currentKey, iv, { authTagLength: TAG_BYTES })
      cipher.setAAD(associatedData(current.id, context))
      const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext
      const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()])
      const sealed = [FORMAT, current.id, text(iv), text(ciphertext), text(cipher.getAuthTag())].join('.')
      if (sealed.length > MAX_SEALED_LENGTH)
        throw new CalendarSyncError(
          'argument-invalid',
          `A value to be sealed (${context.purpose}) is too long.`,
        )
      return sealed
    },
    open,
    openText(sealed: string, context: SealContext): string {
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(open(sealed, context))
      } catch (error) {
        throw CalendarSyncError.is(error) ? error : damaged(context)
      }
    },
    keyIdOf: (sealed: string) => parse(sealed)?.keyId,
  })
}

interface SealedParts {
  readonly keyId: string
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

function parse(sealed: unknown): SealedParts | undefined {
  if (typeof sealed !== 'string' || sealed.length > MAX_SEALED_LENGTH) return undefined
  const [format, keyId, ...rest] = sealed.split('.')
  if (format !== FORMAT || !isKeyId(keyId) || rest.length !== 3) return undefined
  const [iv, ciphertext, tag] = rest.map(strictBase64url)
  if (iv?.length !== IV_BYTES || ciphertext === undefined || tag?.length !== TAG_BYTES) return undefined
  return { keyId, iv, ciphertext, tag }
}

function associatedData(keyId: string, context: SealContext): Buffer {
  return canonicalBytes([FORMAT, keyId, context.purpose, context.workspaceId, context.userId])
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

function unknownKey(keyId: string, context: SealContext): CalendarSyncError {
  const message = `A stored value (${context.purpose}) is sealed with the key "${keyId}", which is not among \`secrets\`. Add that key to \`secrets.previous\`.`
  return failure('sealed-with-unknown-key', message, context)
}

function damaged(context: SealContext): CalendarSyncError {
  const message = `A stored value (${context.purpose}) does not open: it was changed, moved from another row, or sealed with another key of the same id.`
  return failure('sealed-value-damaged', message, context)
}

function failure(code: ErrorCode, message: string, { workspaceId, userId }: SealContext): CalendarSyncError {
  if (workspaceId === undefined || userId === undefined) return new CalendarSyncError(code, message)
  return new CalendarSyncError(code, message, { account: { workspaceId, userId } })
}
