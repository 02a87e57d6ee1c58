import { type BulkJob, type BulkResult, runBulk } from './bulk.ts'
import { createEnvironment } from './environment.ts'

/** A child process of the command line: takes one job, and answers with what came of it. */
process.once('message', (job: BulkJob) => {
  void work(job)
})
// Nobody waits for the answer any more.
process.once('disconnect', () => process.exit(0))

async function work(job: BulkJob): Promise<void> {
  const environment = await createEnvironment()
  const result: BulkResult = await runBulk(environment, job, failure => process.send?.({ failure }))
  // Ended by the parent, when it has read this: an exit may be heard of before the last message.
  process.send?.({ result })
}
