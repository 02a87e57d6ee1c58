import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/**
 * A `ts` block of a page. The comment before it, which no reader sees, says how it stands:
 *
 * - `<!-- ts: file NAME -->`: it is the file NAME, and other blocks of any page may import it;
 * - `<!-- ts: prelude … -->`: these lines come before it;
 * - `<!-- ts: skip REASON -->`: it cannot be compiled.
 *
 * `<!-- ts: hidden NAME … -->` is a file that is not shown at all.
 */
export interface Snippet {
  /** `quickstart`, `README`. */
  readonly page: string
  /** Of the page, where the code starts. */
  readonly line: number
  readonly name: string
  /** Shared with the other pages. */
  readonly isFile: boolean
  readonly code: string
  /** Lines of the prelude in front. */
  readonly preludeLines: number
  readonly skipped: string | undefined
}

export function pages(): readonly string[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md'))
  return ['README.md', ...docs.map(name => `docs/${name}`)]
}

export function snippetsOf(
  path: string,
  markdown = readFileSync(join(ROOT, path), 'utf8'),
): readonly Snippet[] {
  const page = basename(path, '.md')
  const lineAt = (index: number) => markdown.slice(0, index).split('\n').length
  const found: Snippet[] = []
  const pattern = /(?:<!-- ts: (\w+)\s*((?:(?!-->)[\s\S])*)-->\s*)?^```ts\n([\s\S]*?)^```$/gm
  for (const match of markdown.matchAll(pattern)) {
    const [, kind, rest = '', code = ''] = match
    const prelude = kind === 'prelude' ? rest : ''
    found.push({
      page,
      line: lineAt(match.index + match[0].lastIndexOf('```ts\n')) + 1,
      name: kind === 'file' ? rest.trim() : `snippet-${found.length + 1}.ts`,
      isFile: kind === 'file',
      code: prelude + code,
      preludeLines: prelude.split('\n').length - 1,
      skipped: kind === 'skip' ? rest.trim() : undefined,
    })
  }
  for (const match of markdown.matchAll(/<!-- ts: hidden (\S+)\n([\s\S]*?)-->/g)) {
    const [, name = '', code = ''] = match
    const line = lineAt(match.index) + 1
    found.push({ page, line, name, isFile: true, code, preludeLines: 0, skipped: undefined })
  }
  return found
}

export function allSnippets(): readonly Snippet[] {
  return pages().flatMap(path => snippetsOf(path))
}

/** The page's own blocks, and the files of the other pages that it does not define itself. */
export function filesFor(page: string, all: readonly Snippet[]): readonly Snippet[] {
  const own = all.filter(snippet => snippet.page === page && snippet.skipped === undefined)
  const names = new Set(own.map(({ name }) => name))
  const borrowed = all.filter(({ page: other, isFile }) => other !== page && isFile)
  const first = borrowed.filter(({ name }, i) => borrowed.findIndex(other => other.name === name) === i)
  return [...own, ...first.filter(({ name }) => !names.has(name))]
}
