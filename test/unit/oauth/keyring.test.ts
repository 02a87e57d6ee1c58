import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CalendarSyncError, ConfigError } from '../../../src/errors.ts'
import { createKeyring } from '../../../src/oauth/index.ts'
import { MAX_SEALED_LENGTH } from '../../../src/oauth/keyring.ts'
import { testRuntime } from '../../../src/testing/virtual-time.ts'
import { KEY_A, KEY_B } from './world.ts'

const runtime = testRuntime()
const keyring = createKeyring({ current: KEY_A }, runtime)
const context = { purpose: 'tokens', workspaceId: 'w', userId: 'u' }
const SECRET = 'refresh-token-canary'

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    expect(JSON.stringify(error) + String(error)).not.toContain(SECRET)
    return (error as CalendarSyncError).code
  }
  return 'opened'
}

function issuesOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return (error as ConfigError).issues.join('\n')
  }
  return ''
}

describe('keyring', () => {
  it('opens what it sealed, bytes and text of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'grapheme' }), (bytes, text) => {
        expect(new Uint8Array(keyring.open(keyring.seal(bytes, context), context))).toEqual(bytes)
        expect(keyring.openText(keyring.seal(text, context), context)).toBe(text)
      }),
    )
  })

  it('names its key in the sealed value', () => {
    const sealed = keyring.seal(SECRET, context)
    expect(sealed).toMatch(/^gcs1\.a\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/)
    expect(keyring.keyIdOf(sealed)).toBe('a')
    expect(keyring.keyIdOf('plain')).toBeUndefined()
  })

  it('row 65: a change of any one byte is a typed error', () => {
    const sealed = keyring.seal(SECRET, context)
    for (let at = 0; at < sealed.length; at++) {
      for (const char of ['A', 'B', '.', 'a', '=', ' ', '\0']) {
        if (sealed[at] === char) continue
        const code = codeOf(() => keyring.open(sealed.slice(0, at) + char + sealed.slice(at + 1), context))
        expect(code, `${at} ${char}`).toMatch(/^sealed-(value-damaged|with-unknown-key)$/)
      }
      const cut = sealed.slice(0, at)
      expect(codeOf(() => keyring.open(cut, context))).toBe('sealed-value-damaged')
    }
  })

  it('row 65: no other text decodes to the same bytes', () => {
    const sealed = keyring.seal('x', context)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const opened = [...alphabet].filter(
      char => codeOf(() => keyring.open(sealed.slice(0, -1) + char, context)) === 'opened',
    )
    expect(opened).toEqual([sealed.at(-1)])
  })

  it('row 66: a value moved to another purpose, workspace or user does not open', () => {
    const sealed = keyring.seal(SECRET, context)
    const others = [
      { ...context, purpose: 'identity-key' },
      { ...context, workspaceId: 'w2' },
      { ...context, userId: 'u2' },
      { purpose: 'tokens', workspaceId: 'wu', userId: '' },
      { purpose: 'tokens', workspaceId: '', userId: 'wu' },
      { purpose: 'tokens', workspaceId: 'w' },
      { purpose: 'tokens', userId: 'u' },
      { purpose: 'tokensw', userId: 'u' },
      { purpose: 'tokens' },
    ]
    for (const other of others) expect(codeOf(() => keyring.open(sealed, other))).toBe('sealed-value-damaged')
  })

  it('row 66: two ids that look the same in UTF-8 are two places', () => {
    const place = (workspaceId: string) => ({ ...context, workspaceId })
    const sealed = keyring.seal(SECRET, place('\ud800'))
    expect(codeOf(() => keyring.open(sealed, place('\ud801')))).toBe('sealed-value-damaged')
    expect(codeOf(() => keyring.open(sealed, place('\ufffd')))).toBe('sealed-value-damaged')
  })

  it('row 67: a key that is not there is named, and no other one is tried', () => {
    const sealed = createKeyring({ current: KEY_B }, runtime).seal(SECRET, context)
    expect(() => keyring.open(sealed, context)).toThrow(/key "b".*secrets\.previous/)
    expect(codeOf(() => keyring.open(sealed, context))).toBe('sealed-with-unknown-key')
    const impostor = createKeyring({ current: { id: 'b', key: KEY_A.key } }, runtime)
    expect(codeOf(() => impostor.open(sealed, context))).toBe('sealed-value-damaged')
  })

  it('row 67: a wrong key stops the start, by its id and never by its bytes', () => {
    const bad = [
      'short-key-canary',
      'c'.repeat(63),
      Buffer.alloc(31, 'k'),
      Buffer.alloc(33, 'k'),
      `${'c'.repeat(43)}==`,
    ]
    for (const key of bad) {
      const issues = issuesOf(() => createKeyring({ current: { id: '2026', key } }, runtime))
      expect(issues).toContain('"2026"')
      expect(issues).toContain('32 bytes')
      if (typeof key === 'string') expect(issues).not.toContain(key)
    }
  })

  it('row 67: a missing key prints the command that makes one', () => {
    const command = `node -e "console.log(require('node:crypto').randomBytes(32).toString('base64'))"`
    expect(issuesOf(() => createKeyring(undefined, runtime))).toContain(command)
    expect(issuesOf(() => createKeyring({ current: { id: 'a', key: '' } }, runtime))).toContain(command)
    const unset = undefined as unknown as string
    expect(issuesOf(() => createKeyring({ current: { id: 'a', key: unset } }, runtime))).toContain(command)
  })

  it('row 67: a key given in place of its id is not repeated', () => {
    const key = Buffer.alloc(32, 'k')
    for (const id of [
      key.toString('base64'),
      key.toString('hex'),
      key.toString('base64url'),
      'a.b',
      '',
      'ü',
    ]) {
      const issues = issuesOf(() => createKeyring({ current: { id, key } }, runtime))
      expect(issues).toContain('secrets.current.id')
      if (id.length > 3) expect(issues).not.toContain(id)
    }
  })

  it('takes a key as bytes, base64, base64url and hex alike', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7))
    const sealed = createKeyring({ current: { id: 'k', key: bytes } }, runtime).seal(SECRET, context)
    const texts = [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      `${bytes.toString('base64')}\n`,
    ]
    for (const key of [new Uint8Array(bytes), ...texts]) {
      expect(createKeyring({ current: { id: 'k', key } }, runtime).openText(sealed, context)).toBe(SECRET)
    }
  })

  it('refuses two keys of one id, all zeros, and too many', () => {
    const twice = { current: KEY_A, previous: [{ ...KEY_B, id: 'a' }] }
    expect(issuesOf(() => createKeyring(twice, runtime))).toContain('"a" is used twice')
    const zeros = { current: { id: 'z', key: Buffer.alloc(32) } }
    expect(issuesOf(() => createKeyring(zeros, runtime))).toContain('all zeros')
    const previous = Array.from({ length: 16 }, (_, index) => ({
      id: `k${index}`,
      key: Buffer.alloc(32, index + 1),
    }))
    expect(issuesOf(() => createKeyring({ current: KEY_A, previous }, runtime))).toContain('at most 16')
  })

  it('a host that changes its key bytes afterwards changes nothing', () => {
    const key = Buffer.alloc(32, 'm')
    const ring = createKeyring({ current: { id: 'm', key } }, runtime)
    const sealed = ring.seal(SECRET, context)
    key.fill(0)
    expect(ring.openText(sealed, context)).toBe(SECRET)
  })

  it('row 68: a tag of any other length, and an IV of any other length, are refused', () => {
    const [format, id, iv, text, tag] = keyring.seal(SECRET, context).split('.') as [
      string,
      string,
      string,
      string,
      string,
    ]
    const bytes = Buffer.from(tag, 'base64url')
    for (let length = 0; length < 16; length++) {
      const short = bytes.subarray(0, length).toString('base64url')
      expect(codeOf(() => keyring.open([format, id, iv, text, short].join('.'), context))).toBe(
        'sealed-value-damaged',
      )
    }
    for (const other of ['', 'AAAA', `${iv}AAAA`]) {
      expect(codeOf(() => keyring.open([format, id, other, text, tag].join('.'), context))).toBe(
        'sealed-value-damaged',
      )
    }
  })

  it('row 68: no IV is used twice', () => {
    const ivs = new Set(Array.from({ length: 20_000 }, () => keyring.seal('', context).split('.')[2]))
    expect(ivs.size).toBe(20_000)
  })

  it('row 69: plaintext and other formats are refused', () => {
    const sealed = keyring.seal(SECRET, context)
    const others = [
      '',
      '{}',
      '1//refresh',
      sealed.replace('gcs1', 'gcs0'),
      `${sealed}.x`,
      ` ${sealed}`,
      `${sealed}\n`,
    ]
    for (const other of others)
      expect(codeOf(() => keyring.open(other, context))).toBe('sealed-value-damaged')
    for (const other of [undefined, null, 7, {}]) {
      expect(codeOf(() => keyring.open(other as unknown as string, context))).toBe('sealed-value-damaged')
    }
  })

  it('has a limit on both ways', () => {
    expect(codeOf(() => keyring.seal('x'.repeat(MAX_SEALED_LENGTH), context))).toBe('argument-invalid')
    expect(codeOf(() => keyring.open('x'.repeat(MAX_SEALED_LENGTH + 1), context))).toBe(
      'sealed-value-damaged',
    )
  })

  it('previous keys open, the current one seals', () => {
    const old = keyring.seal(SECRET, context)
    const rotated = createKeyring({ current: KEY_B, previous: [KEY_A] }, runtime)
    expect(rotated.openText(old, context)).toBe(SECRET)
    expect(rotated.keyIdOf(rotated.seal(SECRET, context))).toBe('b')
    expect(JSON.stringify(rotated)).toBe('{"currentKeyId":"b"}')
  })
})
