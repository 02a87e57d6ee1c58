/** One record of a CSV file, or what is wrong with it; `line` is where it starts. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly problem: string }

type Scan =
  | { readonly kind: 'record'; readonly fields: string[]; readonly next: number }
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'more' }

const MAX_RECORD = 4 * 1024 * 1024
const LINE_BREAK = /\r\n|\n|\r/g

/**
 * RFC 4180 as a stream: quoted fields, doubled quotes, line breaks inside quotes, CRLF, LF or CR, a byte order
 * mark. The separator is a comma, semicolon or tab, whichever the first line has most of. A broken record is
 * skipped up to its first line break, so that a quote left open does not swallow the file.
 */
export async function* readCsv(chunks: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let text = ''
  let line = 1
  let separator: string | undefined
  let started = false
  /** Inside a broken line whose end is still to come. */
  let skipping = false

  function* drain(final: boolean): Generator<CsvRecord> {
    let at = 0
    if (skipping) {
      const end = endOfLine(text, 0, final)
      text = text.slice(end ?? (text.endsWith('\r') ? -1 : text.length))
      if (end === undefined) return
      line++
      skipping = false
    }
    if (separator === undefined) {
      if (!final && !/[\r\n]/.test(text)) return
      separator = separatorOf(text)
    }
    while (at < text.length) {
      let scan = scanRecord(text, at, separator, final)
      if (scan.kind === 'more') {
        if (text.length - at <= MAX_RECORD) break
        scan = { kind: 'broken', problem: 'the record is too long: a quote that is never closed?' }
      }
      const end = scan.kind === 'record' ? scan.next : endOfLine(text, at, final)
      if (end === undefined) {
        skipping = true
        text = text.endsWith('\r') ? '\r' : ''
        if (scan.kind === 'broken') yield { line, problem: scan.problem }
        return
      }
      const raw = text.slice(at, end)
      const here = line
      line += raw.match(LINE_BREAK)?.length ?? 0
      at = end
      if (scan.kind === 'broken') yield { line: here, problem: scan.problem }
      else if (scan.fields.some(field => field.trim() !== '')) yield { line: here, fields: scan.fields }
    }
    text = text.slice(at)
  }

  for await (const chunk of chunks) {
    text += started ? chunk : chunk.replace(/^\ufeff/, '')
    started = true
    yield* drain(false)
  }
  yield* drain(true)
}

function scanRecord(text: string, from: number, separator: string, final: boolean): Scan {
  const fields: string[] = []
  let at = from
  for (;;) {
    let field: string
    if (text[at] === '"') {
      const quoted = scanQuoted(text, at, final)
      if (typeof quoted === 'string')
        return quoted === 'more' ? { kind: 'more' } : { kind: 'broken', problem: quoted }
      field = quoted.field
      at = quoted.next
    } else {
      const end = endOfField(text, at, separator)
      field = text.slice(at, end)
      at = end
    }
    fields.push(field)
    const char = text[at]
    if (char === undefined) return final ? { kind: 'record', fields, next: at } : { kind: 'more' }
    if (char === separator) at++
    else if (char === '\n') return { kind: 'record', fields, next: at + 1 }
    else if (char === '\r') {
      // The other half of a CRLF may be in the next chunk.
      if (at + 1 === text.length && !final) return { kind: 'more' }
      return { kind: 'record', fields, next: text[at + 1] === '\n' ? at + 2 : at + 1 }
    } else return { kind: 'broken', problem: 'there is text after a closing quote' }
  }
}

function scanQuoted(text: string, from: number, final: boolean): { field: string; next: number } | string {
  let field = ''
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return final ? 'a quote is never closed' : 'more'
    field += text.slice(at, quote)
    if (text[quote + 1] !== '"')
      return quote + 1 === text.length && !final ? 'more' : { field, next: quote + 1 }
    field += '"'
    at = quote + 2
  }
}

function endOfField(text: string, from: number, separator: string): number {
  let at = from
  while (at < text.length) {
    const char = text[at]
    if (char === separator || char === '\n' || char === '\r') break
    at++
  }
  return at
}

/** After the next line break; `undefined` when it may be in what is still to come. */
function endOfLine(text: string, from: number, final: boolean): number | undefined {
  LINE_BREAK.lastIndex = from
  const found = LINE_BREAK.exec(text)
  if (!final && (!found || (found[0] === '\r' && LINE_BREAK.lastIndex === text.length))) return undefined
  return found ? LINE_BREAK.lastIndex : text.length
}

function separatorOf(text: string): string {
  const first = /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? ''
  const counts = [',', ';', '\t'].map(char => ({ char, count: first.split(char).length }))
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).char
}
