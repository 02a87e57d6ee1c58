import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeText, readText } from '../../../src/adapters/sql/text.ts'

describe('text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('\0', '\u001a', '\ud800', '\udc00', 'a', '0000', '🙂', '\u001a0000'))
      .map(parts => parts.join('')),
  )

  it('comes back as it was, also through bytes', () => {
    fc.assert(
      fc.property(anyText, value => {
        const stored = escapeText(value)
        expect(stored.includes('\0')).toBe(false)
        expect(stored.isWellFormed()).toBe(true)
        expect(readText(stored)).toBe(value)
        expect(readText(Buffer.from(stored, 'utf8'))).toBe(value)
      }),
    )
  })

  it('keeps different texts different', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(escapeText(a) === escapeText(b)).toBe(a === b)
      }),
    )
  })
})
