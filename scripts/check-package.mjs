// What npm would publish, looked at from outside: publint and attw on the packed tarball, then an install of it
// into an empty project, imported as ESM and as CJS, each subpath, with and without the optional peers.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'gcs-package-'))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const bin = name => join(root, 'node_modules', '.bin', name)
const run = (command, args, cwd = root) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })

try {
  const packed = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work]))
  const tarball = join(
    work,
    readdirSync(work).find(name => name.endsWith('.tgz')),
  )
  const files = (Array.isArray(packed) ? packed[0] : Object.values(packed)[0]).files.map(file => file.path)
  const strays = files.filter(path => !/^(dist\/|docs\/|README|LICENSE|CHANGELOG|package\.json)/.test(path))
  if (strays.length > 0) throw new Error(`The tarball holds what it should not: ${strays.join(', ')}`)
  console.log(`packed ${files.length} files`)
  console.log(run(bin('publint'), [tarball, '--strict']))
  console.log(run(bin('attw'), [tarball, '--profile', 'node16', '--no-color']))

  const project = join(work, 'project')
  run('mkdir', [project], work)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=peer', '--omit=optional', tarball],
    project,
  )
  const subpaths = Object.keys(manifest.exports).filter(path => !path.endsWith('package.json'))
  const needsPeer = new Set(['./sql', './testing/msw'])
  const names = subpaths
    .filter(path => !needsPeer.has(path))
    .map(path => `google-calendar-sync${path.slice(1)}`)
  writeFileSync(join(project, 'esm.mjs'), check(names.map(name => `await import('${name}')`)))
  writeFileSync(
    join(project, 'cjs.cjs'),
    `(async () => {${check(names.map(name => `require('${name}')`))}})()`,
  )
  console.log(run(process.execPath, ['esm.mjs'], project).trim())
  console.log(run(process.execPath, ['cjs.cjs'], project).trim())
  console.log('the package is sound')
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** Each entry loads and has names; the embedded default really starts. */
function check(imports) {
  return `
const loaded = []
${imports.map(each => `loaded.push(${each})`).join('\n')}
for (const entry of loaded) if (Object.keys(entry).length === 0) throw new Error('an entry exports nothing')
const all = Object.assign({}, ...loaded)
const stores = all.sqliteStores(':memory:')
const sync = new all.GoogleCalendarSync({
  google: { clientId: 'id', clientSecret: 'secret', redirectUri: 'https://app.example/callback' },
  secrets: { current: { id: 'k', key: Buffer.alloc(32, 1).toString('base64') } },
  tokenStore: stores.tokens, stateStore: stores.state, jobQueue: all.inProcessQueue(),
  appointmentSource: { get: () => undefined, changes: () => ({ refs: [] }) },
})
const { marked } = await sync.appointmentChanged({ workspaceId: 'w', appointmentId: 'a' })
if (marked) throw new Error('nobody is connected')
await stores.close()
console.log(loaded.length + ' entries imported')
`
}
