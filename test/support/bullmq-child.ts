import * as bullmq from 'bullmq'
import { bullmqQueue } from '../../src/adapters/bullmq/index.ts'
import { REDIS } from './services.ts'

/** Takes one job, says so, and holds it until it is killed. */
const [, , prefix, queue] = process.argv
const connection = REDIS
await bullmqQueue({ bullmq, connection, prefix, ...(queue && { queue }) }).start(
  async () => {
    process.send?.('taken')
    return new Promise(() => {})
  },
  { concurrency: 3 },
)
setTimeout(() => process.exit(1), 30_000)
