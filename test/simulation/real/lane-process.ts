import { type LaneJob, type RealResult, runLane } from './lane.ts'

/** A child of the command line: takes one job, and says of each history how it ended. */
process.on('disconnect', () => process.exit(1))
process.once('message', (job: LaneJob) => {
  runLane(job, (result: RealResult) => process.send?.({ result })).then(
    () => process.send?.({ done: true }, () => process.exit(0)),
    error => {
      process.stderr.write(`${(error as Error).stack}\n`)
      process.exit(1)
    },
  )
})
