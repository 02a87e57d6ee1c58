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
})
