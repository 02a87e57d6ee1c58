import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder))
    .map(name => join(folder, name))
    .flatMap(path =>
      statSync(join(ROOT, path)).isDirectory() ? filesIn(path, ending) : path.endsWith(ending) ? [path] : [],
    )
}

const spec = read('docs/spec.md')
const headings = [...spec.matchAll(/^#{3,4} ([A-H]\d*)\. (.*)$/gm)].map(([, id = '', title = '']) => ({
  id,
  title,
}))
/** A letter with numbered rules below it is a chapter, not a rule. */
const rules = headings.filter(
  ({ id }) => id.length > 1 || !headings.some(other => other.id !== id && other.id.startsWith(id)),
)
const tested = new Set(
  filesIn('test', '.test.ts').flatMap(path =>
    [...read(path).matchAll(/['"`]([A-H]\d*)(?:[:,]| \()/g)].map(([, id = '']) => id),
  ),
)

describe('docs/spec.md', () => {
  it('has rules', () => expect(rules.length).toBeGreaterThan(35))

  it('names no rule that has no test, unless it is pending', () => {
    const missing = rules
      .filter(({ id, title }) => !title.includes('pending') && !tested.has(id))
      .map(({ id }) => id)
    expect(missing).toEqual([])
  })

  it('has every rule that a test names', () => {
    const known = new Set(headings.map(({ id }) => id))
    const unknown = [...tested].filter(id => /^[A-H]\d+$/.test(id) && !known.has(id))
    expect(unknown).toEqual([])
  })
})

describe('the invariants in docs/spec.md', () => {
  const rows = [...spec.matchAll(/^\| ([SL]\d+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
    ([, id = '', , checkedBy = '']) => ({ id, checkedBy }),
  )

  it('are numbered without a gap', () => {
    const numbered = (letter: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${letter}${i + 1}`)
    expect(rows.map(({ id }) => id)).toEqual([...numbered('S', 15), ...numbered('L', 4)])
  })

  it('are each checked by a test, or pending', () => {
    const bare = rows.filter(({ checkedBy }) => !/\]\(|pending: /.test(checkedBy)).map(({ id }) => id)
    expect(bare).toEqual([])
  })

  it('name tests that exist: a file of tests, in which the rule that the link names stands', () => {
    const claims = rows.flatMap(({ id, checkedBy }) =>
      [...checkedBy.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+)\)/g)].map(([, name = '', path = '']) => {
        return { id, name, path }
      }),
    )
    expect(claims.length).toBeGreaterThan(20)
    const empty = claims.filter(({ name, path }) => !hasTestOf(name, path))
    expect(empty.map(({ id, name, path }) => `${id}: ${name} in ${path}`)).toEqual([])
  })

  it('would miss a test that is not there', () => {
    const path = 'test/unit/sync/rules-c-5-guard.test.ts'
    expect([hasTestOf('C5', path), hasTestOf('B9', path), hasTestOf('S1', path)]).toEqual([
      true,
      false,
      false,
    ])
    expect(hasTestOf('the guard', 'test/unit/sync/no-such.test.ts')).toBe(false)
    expect(hasTestOf('the guard', 'test/unit/sync/support-rules.ts')).toBe(false)
  })
})

/** A rule's number has to be in the name of a test there; any other link leads to a file of tests. */
function hasTestOf(name: string, path: string): boolean {
  if (!path.endsWith('.test.ts') || !statSync(join(ROOT, path), { throwIfNoEntry: false })) return false
  const text = read(path)
  if (!/^[A-HSL]\d*$/.test(name)) return /^\s*(?:it(?:\.each\([\s\S]*?\))?|\w+Contract)\(/m.test(text)
  return new RegExp(`^.*\\bit\\b.*['"\`](?:[^'"\`]*\\b)?${name}[:,]|^\\s*['"\`]${name}[:,]`, 'm').test(text)
}

describe('docs/errors.md', () => {
  const named = new Set(
    [...read('docs/errors.md').matchAll(/^#{2,4} `?([a-z-]+)`?$/gm)].map(([, code = '']) => code),
  )

  it('has a heading for each error code and each issue code', () => {
    const union = (path: string, name: string) => {
      const text = read(path).split(`export type ${name} =`)[1]?.split('\n\n')[0] ?? ''
      return [...text.matchAll(/'([a-z-]+)'/g)].map(([, code = '']) => code)
    }
    const codes = [...union('src/errors.ts', 'ErrorCode'), ...union('src/contracts/reports.ts', 'IssueCode')]
    expect(codes.length).toBeGreaterThan(30)
    expect(codes.filter(code => !named.has(code))).toEqual([])
  })
})

describe('links', () => {
  it('lead somewhere', () => {
    const pages = ['README.md', 'CHANGELOG.md', ...filesIn('docs', '.md')]
    const broken = pages.flatMap(page =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, target = '']) => join(dirname(page), target))
        .filter(target => !statSync(join(ROOT, target), { throwIfNoEntry: false }))
        .map(target => `${page}: ${target}`),
    )
    expect(broken).toEqual([])
  })

  it('lead to headings that exist', () => {
    const pages = ['README.md', 'CHANGELOG.md', ...filesIn('docs', '.md')]
    const links = pages.flatMap(page =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(([, target = '', heading = '']) => {
        return { page, path: target === '' ? page : join(dirname(page), target), heading }
      }),
    )
    expect(links.length).toBeGreaterThan(4)
    const broken = links.filter(({ path, heading }) => !anchorsOf(read(path)).includes(heading))
    expect(broken.map(({ page, path, heading }) => `${page}: ${path}#${heading}`)).toEqual([])
  })
})

/** As GitHub makes them. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
