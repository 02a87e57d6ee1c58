import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../src')

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .map(name => join(folder, name))
    .flatMap(path => (statSync(path).isDirectory() ? filesIn(path) : path.endsWith('.ts') ? [path] : []))
}

const files = filesIn(SRC).map(path => ({ path: relative(SRC, path), text: readFileSync(path, 'utf8') }))

/** The part of the house a file belongs to, most particular first. */
const PARTS = [
  'testing/fake-google',
  'testing/contracts',
  'testing/msw',
  'testing',
  'adapters/memory',
  'adapters/sqlite',
  'adapters/sql',
  'adapters/job-queue',
  'adapters/budget',
  'adapters/in-process-queue',
  'adapters/pg-boss',
  'adapters/bullmq',
  'adapters/node',
  'adapters/express',
  'contracts',
  'mapping',
  'oauth',
  'google',
  'sync',
  'http',
] as const

/** Files at the top: one each. */
const TOP = ['errors', 'options', 'assembly', 'check-arguments', 'google-calendar-sync', 'index'] as const

/** Who may import whom. Everything may import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  errors: ['contracts'],
  mapping: ['contracts', 'errors'],
  google: ['contracts', 'errors'],
  oauth: ['contracts', 'errors', 'google'],
  sync: ['contracts', 'errors', 'mapping', 'google', 'oauth'],
  http: ['contracts', 'errors', 'check-arguments', 'oauth', 'sync'],
  'adapters/budget': ['contracts'],
  'adapters/memory': ['contracts', 'errors', 'adapters/budget'],
  'adapters/job-queue': ['contracts', 'errors'],
  'adapters/in-process-queue': ['contracts', 'errors', 'adapters/job-queue'],
  'adapters/pg-boss': ['contracts', 'errors', 'adapters/job-queue'],
  'adapters/bullmq': ['contracts', 'errors', 'adapters/job-queue'],
  'adapters/sql': ['contracts', 'errors', 'adapters/budget'],
  'adapters/sqlite': ['contracts', 'errors', 'adapters/sql'],
  'adapters/node': ['contracts', 'errors'],
  'adapters/express': ['contracts', 'errors', 'adapters/node'],
  options: ['contracts', 'errors', 'mapping', 'google', 'oauth', 'http'],
  'check-arguments': ['contracts', 'errors'],
  assembly: ['contracts', 'options', 'mapping', 'google', 'oauth', 'sync'],
  'google-calendar-sync': [
    'contracts',
    'errors',
    'options',
    'assembly',
    'check-arguments',
    'oauth',
    'sync',
    'http',
  ],
  index: [
    'contracts',
    'errors',
    'options',
    'google-calendar-sync',
    'google',
    'mapping',
    'oauth',
    'sync',
    'http',
  ],
  'testing/fake-google': ['contracts'],
  'testing/msw': ['testing/fake-google'],
  'testing/contracts': ['contracts', 'errors'],
  testing: [
    'contracts',
    'index',
    'adapters/memory',
    'adapters/in-process-queue',
    'testing/fake-google',
    'testing/contracts',
  ],
}

/** Files that may know less than their part: pure decisions. */
const PURE: Readonly<Record<string, readonly string[]>> = {
  'sync/plan.ts': ['contracts', 'mapping', 'sync/limits.ts'],
  'sync/guard.ts': ['sync/limits.ts'],
  'sync/mark-scope.ts': ['contracts'],
  'sync/retry-policy.ts': ['sync/limits.ts'],
}

function partOf(path: string): string {
  const part = PARTS.find(name => path.startsWith(`${name}/`) || path === `${name}.ts`)
  return part ?? path.replace(/\.ts$/, '')
}

interface Import {
  readonly from: string
  readonly typeOnly: boolean
}

function importsOf({ path, text }: { path: string; text: string }): { inner: string[]; outer: Import[] } {
  const found = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm)]
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(match => ({
    from: match[1] ?? '',
    typeOnly: false,
  }))
  const all = [
    ...found.map(match => ({ from: match[2] ?? '', typeOnly: match[1] !== undefined })),
    ...dynamic,
  ]
  const inner = all
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => normalize(join(dirname(path), from)))
  return { inner, outer: all.filter(({ from }) => !from.startsWith('.')) }
}

describe('architecture', () => {
  it('knows every file', () => {
    expect(files.length).toBeGreaterThan(100)
    const unknown = files.map(({ path }) => partOf(path)).filter(part => !(part in MAY_IMPORT))
    expect(unknown).toEqual([])
    expect(TOP.every(name => files.some(({ path }) => path === `${name}.ts`))).toBe(true)
  })

  it('imports point one way', () => {
    const wrong = files.flatMap(file => {
      const own = partOf(file.path)
      const allowed = MAY_IMPORT[own] ?? []
      return importsOf(file)
        .inner.filter(target => partOf(target) !== own && !allowed.includes(partOf(target)))
        .map(target => `${file.path} imports ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('keeps pure decisions pure', () => {
    const wrong = Object.entries(PURE).flatMap(([path, allowed]) => {
      const file = files.find(candidate => candidate.path === path)
      if (!file) return [`${path} is missing`]
      return importsOf(file)
        .inner.filter(target => !allowed.includes(partOf(target)) && !allowed.includes(target))
        .map(target => `${path} imports ${target}`)
    })
    expect(wrong).toEqual([])
  })

  it('has no import cycles', () => {
    const graph = new Map(files.map(file => [file.path, importsOf(file).inner]))
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' > '))
        return
      }
      if (done.has(path)) return
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of graph.keys()) visit(path, [])
    expect(cycles).toEqual([])
  })

  it('gives each outside package one importer', () => {
    const importers = (name: string) =>
      files
        .filter(file => importsOf(file).outer.some(({ from, typeOnly }) => from === name && !typeOnly))
        .map(({ path }) => path)
        .filter(path => !path.startsWith('testing/'))
    expect(importers('google-auth-library')).toEqual(['google/client.ts'])
    expect(importers('@googleapis/calendar')).toEqual(['google/client.ts'])
    expect(importers('p-retry')).toEqual(['google/retry.ts'])
    const kysely = importers('kysely').filter(path => !path.startsWith('adapters/sql'))
    expect(kysely).toEqual([])
  })

  it('uses no package that is not a dependency, and loads the Google clients on first use', () => {
    const allowed = new Set(['zod', 'p-retry', 'kysely', 'google-auth-library', '@googleapis/calendar'])
    const wrong = files
      .filter(({ path }) => !path.startsWith('testing/'))
      .flatMap(file => importsOf(file).outer.map(({ from }) => ({ path: file.path, from })))
      .filter(({ from }) => !from.startsWith('node:') && !allowed.has(from.split('/migration')[0] ?? ''))
    expect(wrong).toEqual([])
    const client = files.find(({ path }) => path === 'google/client.ts')?.text ?? ''
    expect(client).not.toMatch(/^import (?!type)[^\n]*'(google-auth-library|@googleapis\/calendar)'/m)
  })

  it('keeps files small: median under 110 lines, none over 400', () => {
    const lengths = files.map(({ path, text }) => ({ path, lines: text.split('\n').length }))
    const outside = ['test', 'examples', 'bench'].flatMap(name => filesIn(join(SRC, '..', name)))
    const others = outside.map(path => ({ path, lines: readFileSync(path, 'utf8').split('\n').length }))
    expect([...lengths, ...others].filter(({ lines }) => lines > 400)).toEqual([])
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(110)
    const contracts = lengths.filter(({ path, lines }) => path.startsWith('contracts/') && lines > 91)
    expect(contracts).toEqual([])
  })

  it('has no default exports, no `any` in types, no mutable state of modules', () => {
    const rules: readonly [RegExp, string][] = [
      [/^export default/m, 'default export'],
      [/:\s*any\b|<any>|\bas any\b/m, 'any'],
      [/^(?:export )?let /m, 'module-level let'],
      [/^(?:export )?const \w+(?:: [^=]+)? = new (?:Map|WeakMap)\(\)/m, 'module-level map'],
    ]
    const wrong = files.flatMap(({ path, text }) =>
      rules
        .filter(([rule]) => rule.test(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$|'[^'\n]*'|`[^`]*`/gm, '')))
        .map(([, name]) => `${path}: ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('exports public names one by one', () => {
    const stars = files.filter(({ text }) => /^export (type )?\*/m.test(text)).map(({ path }) => path)
    expect(stars).toEqual([])
  })
})
