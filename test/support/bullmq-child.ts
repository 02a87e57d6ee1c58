import * as bullmq from 'bullmq'
import { bullmqQueue } from '../../src/adapters/bullmq/index.ts'

/** Takes one job, says so, and holds it until it is killed. */
const [, , prefix, queue] = process.argv
const connection = { host: '127.0.0.1', port: 6379 }
await bullmqQueue({ bullmq, connection, prefix, ...(queue && { queue }) }).start(
  async () => {
    process.send?.('taken')
    return new Promise(() => {})
  },
  { concurrency: 3 },
)
setTimeout(() => process.exit(1), 30_000)
