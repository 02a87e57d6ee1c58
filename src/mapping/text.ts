import { MAX_GRAPHEME } from './limits.ts'

const ELLIPSIS = '…'
const CONTROL = /\p{Cc}/u

/** One line of text: controls dropped, line breaks and tabs made spaces, lone surrogates replaced. */
export function cleanLine(text: string): string {
  const whole = text.toWellFormed()
  if (!CONTROL.test(whole)) return whole.trim()
  return whole
    .replace(/[\n\r\t]+/g, ' ')
    .replace(/\p{Cc}+/gu, '')
    .trim()
}

/** Like `cleanLine`, with line breaks kept as `\n`. */
export function cleanLines(text: string): string {
  const whole = text.toWellFormed()
  if (!CONTROL.test(whole)) return whole.trim()
  return whole
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replace(/(?:(?!\n)\p{Cc})+/gu, '')
    .trim()
}

/** At most `limit` UTF-16 units, cut between graphemes. */
export function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : text.slice(0, cutBefore(text, limit - ELLIPSIS.length)) + ELLIPSIS
}

/** Google renders some HTML in descriptions; text is shown as it was typed only when escaped. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** The text that `escapeText` was given. */
export function unescapeText(html: string): string {
  return html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** Escaped, and at most `limit` units after escaping. No entity and no grapheme is split. */
export function escapeWithin(text: string, limit: number): string {
  const fits = text.length <= limit ? escapeText(text) : undefined
  if (fits !== undefined && fits.length <= limit) return fits
  let cost = 0
  let index = 0
  while (index < text.length) {
    cost += costOf(text.charCodeAt(index))
    if (cost > limit - ELLIPSIS.length) break
    index += 1
  }
  return escapeText(text.slice(0, cutBefore(text, index))) + ELLIPSIS
}

/** HTML of at most `limit` units, cut outside tags and entities. */
export function truncateHtml(html: string, limit: number): string {
  if (html.length <= limit) return html
  let cut = cutBefore(html, limit - ELLIPSIS.length)
  const kept = html.slice(0, cut)
  const tag = kept.lastIndexOf('<')
  if (tag > kept.lastIndexOf('>')) cut = tag
  const entity = kept.lastIndexOf('&')
  if (entity > kept.lastIndexOf(';') && cut - entity <= LONGEST_ENTITY) cut = Math.min(cut, entity)
  return html.slice(0, cut) + ELLIPSIS
}

const LONGEST_ENTITY = 12
const AMPERSAND = 0x26
const LESS = 0x3c
const GREATER = 0x3e

function costOf(unit: number): number {
  if (unit === AMPERSAND) return '&amp;'.length
  return unit === LESS || unit === GREATER ? '&lt;'.length : 1
}

/** The last place at or before `index` where text may be cut. */
function cutBefore(text: string, index: number): number {
  // What follows `index` cannot move a boundary before it, and may be a megabyte.
  const near = text.slice(0, index + 2)
  const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(near)
  const start = segments.containing(index)?.index ?? index
  if (index - start <= MAX_GRAPHEME) return start
  const low = text.charCodeAt(index)
  return low >= 0xdc00 && low <= 0xdfff ? index - 1 : index
}
