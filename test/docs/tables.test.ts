import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { DEFAULT_MAPPING } from '../../src/mapping/index.ts'
import { ROOT } from './snippets.ts'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** Names in an interface; of members that are written out there, with a dot. */
function namesIn(path: string, name: string): string[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest)
  const found = source.statements.find(node => ts.isInterfaceDeclaration(node) && node.name.text === name)
  const membersOf = (members: readonly ts.TypeElement[], before = ''): string[] =>
    members.filter(ts.isPropertySignature).flatMap(({ name, type }) => {
      const path = `${before}${name.getText(source)}`
      return type && ts.isTypeLiteralNode(type) ? membersOf([...type.members], `${path}.`) : [path]
    })
  return found && ts.isInterfaceDeclaration(found) ? membersOf([...found.members]) : []
}

describe('docs/operations.md', () => {
  it('has every audit action, and no other', () => {
    const page = read('docs/operations.md')
    const table = page.slice(page.indexOf('### Audit entries'), page.indexOf('## A mass change'))
    const told = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, names = '']) =>
      names.replaceAll('`', '').split(', '),
    )
    const union = /AuditAction =([\s\S]*?)\n\n|AuditAction =([\s\S]*)$/.exec(read('src/contracts/reports.ts'))
    const actions = [...(union?.[1] ?? union?.[2] ?? '').matchAll(/'([a-z-]+)'/g)].map(([, name]) => name)
    expect(actions.length).toBeGreaterThan(10)
    expect(told.filter(name => name !== 'action').sort()).toEqual(actions.sort())
  })
})

describe('docs/options.md', () => {
  const page = read('docs/options.md')

  it('has every option of the constructor', () => {
    const options = [
      ...namesIn('src/options.ts', 'GoogleCalendarSyncOptions'),
      ...namesIn('src/http/http-options.ts', 'HttpOptions'),
    ]
    expect(options.length).toBeGreaterThan(30)
    expect(options.filter(name => !page.includes(`\`${name}\``))).toEqual([])
  })

  it('has no option that does not exist, and the defaults of the mapping', () => {
    const rows = [...page.matchAll(/^\| `([^|]+)` \| (?:`([^`]*)`)?/gm)]
    const names = rows.flatMap(([, first = '']) => first.split('`, `'))
    const source = read('src/options.ts') + read('src/http/http-options.ts')
    expect(names.filter(name => !source.includes(`${name.split('.').at(-1)}`))).toEqual([])
    const shown = new Map(rows.map(([, name = '', value]) => [name.split('.').at(-1), value]))
    const { mapEvent: _, ...defaults } = DEFAULT_MAPPING
    for (const [name, value] of Object.entries(defaults))
      expect([name, shown.get(name)]).toEqual([name, `${value}`])
  })
})
