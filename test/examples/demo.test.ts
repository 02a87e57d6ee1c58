import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'examples/clinic-demo/main.ts')
const FROM_SOURCE = join(ROOT, 'test/support/from-source.ts')
const LONGEST_MS = 150_000

const folder = mkdtempSync(join(tmpdir(), 'clinic-demo-test-'))
const scratch = join(folder, 'scratch')
mkdirSync(scratch)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly status: number | null
  readonly said: string
  readonly complained: string
}

/** `npm run demo` without its build: the package's name leads to src, so that no stale build is tested. */
async function demo(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', FROM_SOURCE, MAIN, '--exit', ...args], {
    env: { ...process.env, TMPDIR: scratch, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
  })
  const [said, complained, status] = await Promise.all([
    child.stdout.setEncoding('utf8').toArray(),
    child.stderr.setEncoding('utf8').toArray(),
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
  ])
  return { status, said: said.join(''), complained: complained.join('') }
}

function fileWith(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('the demo as a process', () => {
  it('brings a small file into the calendars: status 0', { timeout: LONGEST_MS }, async () => {
    const file = fileWith(
      'tiny.csv',
      [
        '\ufeffworkspace,user,start,duration_minutes,time_zone,title,client_name',
        `riverside,dana,${day(7)} 10:00,50,Asia/Jerusalem,"First, with ""quotes""",Ada Fern`,
        `riverside,jonas,${day(8)} 09:30,30,Europe/Berlin,Second,Ben Gray`,
        `harbour,maria,${day(9)},,,All day,`,
        `harbour,dana,${day(9)} 10:00,50,Mars/Base,Wrong zone,`,
        `harbour,dana,${day(10)} 16:00,50,Australia/Lord_Howe,Third,Cy Hale`,
      ].join('\r\n'),
    )
    const { status, said, complained } = await demo('--appointments', file, '--no-quota')
    expect({ status, complained }).toEqual({ status: 0, complained: '' })
    expect(said).toContain('Line 5 is left out: "Mars/Base" is no time zone')
    expect(said).toMatch(/created +│ +[4-9] │/)
    for (const wrong of ['duplicates', 'missing', 'wrong', 'leaked'])
      expect(said).toMatch(new RegExp(`${wrong} +│ +0 │`))
    expect(said).toContain('Everything is in step.')
    // What it kept while it ran holds client data.
    expect(readdirSync(scratch)).toEqual([])
  })

  const refused: readonly [string, () => string[], RegExp][] = [
    [
      'a missing file',
      () => ['--appointments', join(folder, 'none.csv')],
      /none\.csv: there is no such file\./,
    ],
    ['an empty file', () => ['--appointments', fileWith('empty.csv', '')], /empty\.csv: it is empty\./],
    ['another kind', () => ['--appointments', fileWith('a.pdf', '%PDF')], /must end in \.csv or \.ics/],
    ['an unknown option', () => ['--fast'], /--fast/],
    ['a seed that is none', () => ['--seed', 'x'], /--seed must be a whole number, not "x"/],
  ]

  it.each(refused)(
    'refuses %s with status 2 and one clear message',
    { timeout: LONGEST_MS },
    async (_, args, why) => {
      const { status, said, complained } = await demo(...args())
      expect({ status, said }).toEqual({ status: 2, said: '' })
      expect(complained).toMatch(why)
      expect(complained).not.toMatch(/^\s+at /m)
      expect(readdirSync(scratch)).toEqual([])
    },
  )

  it('refuses what only reading shows, with status 2 and no trace left', {
    timeout: LONGEST_MS,
  }, async () => {
    const file = fileWith(
      'noise.csv',
      Uint8Array.from({ length: 4_096 }, (_, i) => (i * 37) % 256),
    )
    const { status, complained } = await demo('--appointments', file)
    expect(status).toBe(2)
    expect(complained).toMatch(/noise\.csv: it does not look like text/)
    expect(complained).not.toMatch(/^\s+at /m)
    expect(readdirSync(scratch)).toEqual([])
  })
})
