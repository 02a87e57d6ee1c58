import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { ROOT } from './snippets.ts'

type Values = ReadonlyMap<string, string>

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** Files of `src/` whose every number is a limit. */
const LIMIT_FILES = ['src/sync/limits.ts', 'src/google/limiter/limits.ts', 'src/mapping/limits.ts']

/** Below each heading that names a file: name and value of each row. */
function tablesOf(markdown: string): ReadonlyMap<string, Values> {
  const chapter = markdown.split(/^## Limits$/m)[1] ?? ''
  const [, ...sections] = chapter.split(/^### /m)
  return new Map(
    sections.map(section => {
      const rows = [...section.matchAll(/^\| ([A-Z][A-Z0-9_]*) \| ([^|]*) \|/gm)]
      return [
        /`([^`]*)`/.exec(section)?.[1] ?? '',
        new Map(rows.map(([, name = '', value = '']) => [name, value])),
      ]
    }),
  )
}

/** The numbers, and lists of numbers, that a file names in capitals. Sums and products are worked out. */
function constantsOf(source: string, { exportedOnly = false } = {}): Values {
  const found = new Map<string, string>()
  const known: Record<string, unknown> = {}
  for (const [, exported, name = '', expression = ''] of source.matchAll(
    /^(export )?const ([A-Z][A-Z0-9_]*)(?:: [^=\n]+)? =\s*([^\n]+)$/gm,
  )) {
    const value = evaluate(expression.replace(/ as const$/, ''), known)
    if (value === undefined) continue
    known[name] = value
    if (exported || !exportedOnly) found.set(name, [value].flat().join(', '))
  }
  return found
}

function evaluate(
  expression: string,
  known: Readonly<Record<string, unknown>>,
): number | number[] | undefined {
  if (!/^[\w\s.,*/+()[\]-]+$/.test(expression)) return undefined
  try {
    const value: unknown = runInNewContext(expression, { ...known })
    const numbers = Array.isArray(value) ? value : [value]
    if (numbers.length === 0 || !numbers.every(number => Number.isFinite(number))) return undefined
    return Array.isArray(value) ? Array.from(value, Number) : Number(value)
  } catch {
    return undefined
  }
}

function differences(path: string, said: Values, meant: Values): string[] {
  return [...said].flatMap(([name, value]) => {
    const actual = meant.get(name)
    if (actual === undefined) return [`${path}: no ${name}`]
    return actual === value ? [] : [`${path}: ${name} is ${actual}, the table says ${value}`]
  })
}

function sources(folder = join(ROOT, 'src')): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => relative(ROOT, join(folder, name)))
    .filter(path => !path.startsWith('src/testing/'))
}

describe('limits in docs/spec.md', () => {
  const tables = tablesOf(read('docs/spec.md'))

  it('C6: are the constants of the code', () => {
    expect(tables.size).toBeGreaterThan(15)
    const rows = [...tables.values()].flatMap(table => [...table.keys()])
    expect(rows.length).toBeGreaterThan(90)
    const wrong = [...tables].flatMap(([path, table]) => differences(path, table, constantsOf(read(path))))
    expect(wrong).toEqual([])
  })

  it.each(LIMIT_FILES)('C6: has every number of %s', path => {
    const meant = constantsOf(read(path))
    expect(meant.size).toBeGreaterThan(6)
    const said = tables.get(path)
    expect([...meant.keys()].filter(name => !said?.has(name))).toEqual([])
  })

  it('C6: has every number that a file of src exports by name', () => {
    const missing = sources().flatMap(path =>
      [...constantsOf(read(path), { exportedOnly: true }).keys()]
        .filter(name => !tables.get(path)?.has(name))
        .map(name => `${path}: ${name}`),
    )
    expect(missing).toEqual([])
  })

  it('reads constants as the code means them', async () => {
    for (const path of LIMIT_FILES) {
      const module: Record<string, unknown> = await import(join(ROOT, path))
      for (const [name, value] of constantsOf(read(path), { exportedOnly: true }))
        expect(`${name} ${[module[name]].flat().join(', ')}`).toBe(`${name} ${value}`)
    }
  })

  it('finds a wrong number, a missing row and a row too many', () => {
    const source =
      'export const A_MS = 2 * 1_000\nconst LIST = [1, 0.5] as const\nexport const B = A_MS / 4\n'
    const meant = constantsOf(source)
    expect([...meant]).toEqual([
      ['A_MS', '2000'],
      ['LIST', '1, 0.5'],
      ['B', '500'],
    ])
    const page =
      '## Limits\n\n### `src/x.ts`\n\n| name | value | |\n|---|---|---|\n| A_MS | 2001 | |\n| C | 1 | |\n'
    const said = tablesOf(page).get('src/x.ts') ?? new Map()
    expect(differences('x', said, meant)).toEqual(['x: A_MS is 2000, the table says 2001', 'x: no C'])
  })
})
