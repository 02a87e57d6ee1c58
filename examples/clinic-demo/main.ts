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
  const signalled = firstSignal()
  let isStaying = false
  signalled.then(status => isStaying || process.exit(status))
  const { isRight, app } = await runDemo(file, directory, options)
  if (!options.exit) {
    isStaying = true
    console.log(`The clinic stays up, with the calendars beside it: ${app.origin}/side-by-side`)
    console.log('Ctrl-C ends it.')
    await signalled
  }
  await app.close()
  return isRight ? 0 : 1
}

/** The status to exit with. A second signal ends the process at once. */
function firstSignal(): Promise<number> {
  return new Promise(resolve => {
    process.once('SIGINT', () => resolve(130))
    process.once('SIGTERM', () => resolve(143))
    process.once('SIGHUP', () => resolve(129))
  })
}

main().then(
  status => process.exit(status),
  (error: unknown) => {
    if (error instanceof UsageError) console.error(`${error.message}\n(npm run demo -- --help)`)
    else console.error(error)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
