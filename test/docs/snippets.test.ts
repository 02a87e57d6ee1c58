import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { allSnippets, filesFor, pages, ROOT, type Snippet, snippetsOf } from './snippets.ts'

const KINDS = ['file', 'prelude', 'hidden', 'skip']

/** Nothing is written there: the compiler is told that it exists. */
const NOWHERE = join(ROOT, 'tmp/snippets')

/** Type-checks against src, as strictly as the repository itself, and says where in the page something is wrong. */
function compile(snippets: readonly Snippet[]): string[] {
  const files = new Map<string, Snippet>()
  for (const page of new Set(snippets.map(snippet => snippet.page)))
    for (const snippet of filesFor(page, snippets)) files.set(join(NOWHERE, page, snippet.name), snippet)
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT)
  // A page may name what the reader goes on to use.
  const options = { ...parsed.options, noUnusedLocals: false, noUnusedParameters: false }
  const host = ts.createCompilerHost(options)
  const folders = new Set([...files.keys()].map(path => dirname(path)))
  const { fileExists, readFile, directoryExists } = host
  host.fileExists = path => files.has(path) || fileExists(path)
  host.readFile = path => files.get(path)?.code ?? readFile(path)
  host.directoryExists = path => folders.has(path) || (directoryExists?.(path) ?? false)
  const { getSourceFile } = host
  host.getSourceFile = (path, language, ...rest) => {
    const snippet = files.get(path)
    // Blocks without imports are modules all the same.
    const code = snippet && `${snippet.code}\nexport {}\n`
    return code === undefined
      ? getSourceFile(path, language, ...rest)
      : ts.createSourceFile(path, code, language)
  }
  const program = ts.createProgram([...files.keys()], options, host)
  return [...files].flatMap(([path, snippet]) => {
    const source = program.getSourceFile(path)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map(({ start = 0, messageText }) => {
      const line =
        (source?.getLineAndCharacterOfPosition(start).line ?? 0) - snippet.preludeLines + snippet.line
      return `${snippet.page}.md:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
  })
}

describe('code in the documents', () => {
  const all = allSnippets()

  it('is found: every block there is, and every comment about one', () => {
    const wrong = pages().flatMap(path => {
      const text = readFileSync(join(ROOT, path), 'utf8')
      const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0
      const kinds = [...text.matchAll(/<!-- ts: (\S*)/g)].map(([, kind = '']) => kind)
      const found = snippetsOf(path)
      return [
        ...kinds.filter(kind => !KINDS.includes(kind)).map(kind => `${path}: unknown comment ${kind}`),
        ...(found.length === count(/^```ts$/gm) + count(/<!-- ts: hidden /g) ? [] : [`${path}: a block`]),
        ...[...text.matchAll(/^\s*```(?:typescript|tsx|js|javascript|jsx|TS)\b.*$/gm)].map(
          ([fence]) => `${path}: ${fence}`,
        ),
      ]
    })
    expect(wrong).toEqual([])
    expect(all.length).toBeGreaterThan(18)
    const names = new Set(all.filter(({ isFile }) => isFile).map(({ name }) => name))
    expect([...names].sort()).toEqual(
      'appointments.test.ts appointments.ts bookings.ts calendar-sync.ts server.ts session.ts'.split(' '),
    )
  })

  it('is compiled: none is left out', () => {
    expect(
      all.filter(({ skipped }) => skipped !== undefined).map(({ page, line }) => `${page}.md:${line}`),
    ).toEqual([])
  })

  it('compiles against the types of the package', { timeout: 120_000 }, () => {
    expect(compile(all)).toEqual([])
  })

  it('is refused when it is wrong, at the line of the page', { timeout: 120_000 }, () => {
    const wrong = snippetsOf(
      'wrong.md',
      [
        'Text',
        '<!-- ts: prelude',
        "import type { GoogleCalendarSync } from 'google-calendar-sync'",
        'declare const sync: GoogleCalendarSync',
        '-->',
        '```ts',
        "await sync.appointmentChanged({ workspaceId: 'north', appointmentId: '1' })",
        'await sync.appointmentChange()',
        "await sync.appointmentChanged({ workspaceId: 'north' })",
        '```',
        '',
        '```ts',
        "import { sqlStore } from 'google-calendar-sync/sql'",
        'const open = (',
        '```',
      ].join('\n'),
    )
    expect(compile(wrong).map(found => found.split(': ')[0])).toEqual([
      'wrong.md:8',
      'wrong.md:9',
      'wrong.md:16',
      'wrong.md:13',
    ])
  })
})
