import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runDemo } from './demo.ts'
import { checkFile } from './import/text-file.ts'
import { readOptions, USAGE, UsageError } from './options.ts'

const OWN_FILE = fileURLToPath(new URL('./appointments.csv', import.meta.url))

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    console.log(USAGE)
    return 0
  }
  const file = options.appointments ?? OWN_FILE
  await checkFile(file)
  const directory = mkdtempSync(join(tmpdir(), 'clinic-demo-'))
  // Client data does not stay behind, however this ends.
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.once(signal, () => process.exit(status))
  return (await runDemo(file, directory, options)) ? 0 : 1
}

main().then(
  status => process.exit(status),
  (error: unknown) => {
    if (error instanceof UsageError) console.error(`${error.message}\n(npm run demo -- --help)`)
    else console.error(error)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
