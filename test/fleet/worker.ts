import { openProcess, type RoundConfig } from './process.ts'

/** One worker of the fleet. Ends by itself when its parent goes. */
const config = JSON.parse(process.argv[2] ?? '{}') as RoundConfig
const fleet = await openProcess(config)
process.once('disconnect', () => process.exit(1))
process.once('SIGTERM', () => {
  fleet.close().then(
    () => process.exit(0),
    error => {
      process.stderr.write(
        `A worker could not end: ${error instanceof Error ? error.stack : String(error)}\n`,
      )
      process.exit(3)
    },
  )
})
try {
  await fleet.sync.start()
} catch {
  // The database was cut off at that very moment: the supervisor starts another.
  process.exit(4)
}
process.send?.('started')
