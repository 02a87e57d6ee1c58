import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cleanLine,
  cleanLines,
  escapeText,
  escapeWithin,
  truncate,
  truncateHtml,
  unescapeText,
} from '../../../src/mapping/text.ts'
import { anyText, mapperWith, ON, raw } from './support.ts'

const mapper = mapperWith()
const fieldsOf = (changes: Record<string, unknown>) =>
  mapper.project(mapper.parseAppointment(raw(changes)), ON).fields as Record<string, string>

describe('row 48: markup', () => {
  const hostile = `<script>alert(1)</script> <img src=x onerror=alert(1)> <a href="javascript:1">x</a> &amp; &lt;`

  it('notes leave as escaped text, and come back as typed', () => {
    const { description } = fieldsOf({ notes: hostile })
    expect(description).not.toMatch(/[<>]/)
    expect(unescapeText(description ?? '')).toBe(hostile)
  })

  it('title and location are plain text to Google', () => {
    expect(fieldsOf({ title: hostile, location: hostile })).toMatchObject({
      summary: hostile,
      location: hostile,
    })
  })

  it('escaping is lossless', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(escapeText(text)).not.toMatch(/[<>]/)
        expect(unescapeText(escapeText(text))).toBe(text)
      }),
    )
  })
})

describe('row 49: a megabyte', () => {
  it('of title and notes is cut, with a mark', () => {
    const fields = fieldsOf({
      title: 't'.repeat(1_048_576),
      location: 'l'.repeat(1e6),
      notes: '<&>'.repeat(400_000),
    })
    expect(fields.summary).toHaveLength(1024)
    expect(fields.location).toHaveLength(1024)
    expect(fields.summary).toMatch(/^t+…$/)
    expect(fields.description?.length).toBeLessThanOrEqual(8192)
    expect(fields.description).toMatch(/^(?:&lt;|&amp;|&gt;)+…$/)
  })

  it('costs no quadratic work', () => {
    const start = performance.now()
    for (const unit of [' ', '\n', '\u0301', '👩‍👩‍👧', '\0', '&', '\ud800', '<']) {
      fieldsOf({ title: unit.repeat(1e6), notes: unit.repeat(1e6), client: { name: unit.repeat(1e6) } })
    }
    expect(performance.now() - start).toBeLessThan(4_000)
  })
})

describe('row 50: characters', () => {
  it('controls go, the rest stays', () => {
    const kept = 'a\u202eb \ufeffc 👩‍👩‍👧 e\u0301 𝔘 שלום\u200f ️'
    expect(cleanLine(`\0\u0001${kept.replace('b', 'b\u0085\u009f\u007f')}x\u001b`)).toBe(`${kept}x`)
  })

  it('lone surrogates are replaced', () => {
    expect(cleanLine('a\ud800b\udc00c')).toBe('a\ufffdb\ufffdc')
  })

  it('line breaks are kept in notes, and are spaces in a title', () => {
    expect(fieldsOf({ title: 'a\r\nb\tc', notes: ' a\r\nb\rc\n\td \n' })).toMatchObject({
      summary: 'a b c',
      description: 'a\nb\nc\n d',
    })
  })

  it('nothing but spaces and controls is no value', () => {
    expect(fieldsOf({ title: ' \0 ', location: '\u0001', notes: '\n \t\r' })).not.toHaveProperty('location')
    expect(fieldsOf({ title: ' \0 ', notes: '\n' })).toMatchObject({ summary: 'Appointment' })
    expect(fieldsOf({ notes: '\n \t\r' })).not.toHaveProperty('description')
  })

  it('cleaning is idempotent, well-formed and without controls', () => {
    fc.assert(
      fc.property(anyText, text => {
        for (const clean of [cleanLine, cleanLines]) {
          const once = clean(text)
          expect(once.isWellFormed()).toBe(true)
          expect(once).not.toMatch(/(?!\n)\p{Cc}/u)
          expect(clean(once)).toBe(once)
        }
        expect(cleanLine(text)).not.toContain('\n')
      }),
    )
  })
})

describe('cutting', () => {
  const graphemes = (text: string) => [...new Intl.Segmenter('en').segment(text)].map(part => part.segment)
  const piece = fc.constantFrom('a', '&', '<', '>', ' ', '👩‍👩‍👧', 'e\u0301', '🇮🇱', '𝔘', 'שׁ', '\u202e', 'כּ')
  const rich = fc.array(piece, { minLength: 1, maxLength: 80 }).map(parts => parts.join(''))

  it('keeps whole graphemes, and as many as fit', () => {
    fc.assert(
      fc.property(rich, fc.integer({ min: 12, max: 60 }), (text, limit) => {
        const cut = truncate(text, limit)
        expect(cut.length).toBeLessThanOrEqual(limit)
        if (text.length <= limit) {
          expect(cut).toBe(text)
          return
        }
        const kept = graphemes(cut.slice(0, -1))
        expect(cut.endsWith('…')).toBe(true)
        expect(graphemes(text).slice(0, kept.length)).toEqual(kept)
        const next = graphemes(text)[kept.length] ?? ''
        expect(cut.length + next.length).toBeGreaterThan(limit)
      }),
    )
  })

  it('never splits an entity', () => {
    fc.assert(
      fc.property(rich, fc.integer({ min: 12, max: 60 }), (text, limit) => {
        const cut = escapeWithin(text, limit)
        expect(cut.length).toBeLessThanOrEqual(limit)
        expect(cut.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[&<>]/)
        expect(text.startsWith(unescapeText(cut.replace(/…$/, '')))).toBe(true)
        if (escapeText(text).length <= limit) expect(cut).toBe(escapeText(text))
      }),
    )
  })

  it('a grapheme beyond all measure is cut between code points', () => {
    const cut = truncate(`a${'\u{1e130}'.repeat(5_000)}`, 1024)
    expect(cut.length).toBeGreaterThan(1000)
    expect(cut.length).toBeLessThanOrEqual(1024)
    expect(cut.isWellFormed()).toBe(true)
  })

  it('markup of a hook is cut outside tags and entities', () => {
    expect(truncateHtml('aaaa<b>x</b>', 7)).toBe('aaaa…')
    expect(truncateHtml('aaaa&amp;bbbb', 8)).toBe('aaaa…')
    expect(truncateHtml('aaaa&amp;bbbb', 11)).toBe('aaaa&amp;b…')
    expect(truncateHtml('<b>a</b>', 8)).toBe('<b>a</b>')
  })
})
