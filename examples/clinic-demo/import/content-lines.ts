/** One content line of an iCalendar file (RFC 5545 §3.1), unfolded. */
export interface ContentLine {
  readonly line: number
  /** Upper case. */
  readonly name: string
  readonly parameters: ReadonlyMap<string, string>
  readonly value: string
}

const MAX_LINE = 4 * 1024 * 1024

/** Lines that cannot be read are left out. */
export async function* contentLines(chunks: AsyncIterable<string>): AsyncGenerator<ContentLine> {
  let current: { line: number; parts: string[]; size: number } | undefined
  const parse = () => current && parseLine(current.line, current.parts.join(''))
  for await (const { line, text } of physicalLines(chunks)) {
    if (current && /^[ \t]/.test(text)) {
      current.size += text.length
      if (current.size <= MAX_LINE) current.parts.push(text.slice(1))
      continue
    }
    const parsed = parse()
    if (parsed) yield parsed
    current = { line, parts: [text], size: text.length }
  }
  const parsed = parse()
  if (parsed) yield parsed
}

async function* physicalLines(chunks: AsyncIterable<string>): AsyncGenerator<{ line: number; text: string }> {
  let rest = ''
  let line = 0
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
    // What no line break has ended yet; cut, when nothing ever does.
    rest = (lines.pop() ?? '').slice(0, MAX_LINE)
    for (const text of lines) yield { line: ++line, text }
  }
  if (rest !== '') yield { line: ++line, text: rest.replace(/\r$/, '') }
}

const NAME = /^([A-Za-z0-9-]+)/
const PARAMETER = /;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)/y

function parseLine(line: number, given: string): ContentLine | undefined {
  const text = line === 1 ? given.replace(/^\ufeff/, '') : given
  const name = NAME.exec(text)?.[1]
  if (name === undefined) return undefined
  const parameters = new Map<string, string>()
  let at = name.length
  for (;;) {
    PARAMETER.lastIndex = at
    const match = PARAMETER.exec(text)
    if (match?.[1] === undefined || match[2] === undefined) break
    parameters.set(match[1].toUpperCase(), match[2].replaceAll('"', ''))
    at = PARAMETER.lastIndex
  }
  if (text[at] !== ':') return undefined
  return { line, name: name.toUpperCase(), parameters, value: text.slice(at + 1) }
}

/** RFC 5545 §3.3.11. */
export function unescapeIcs(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, char: string) => (/n/i.test(char) ? '\n' : char))
}
