import { parseArgs } from 'node:util'
import { startFakeGoogleServer } from './shells/server.ts'

const USAGE = `Usage: node src/testing/fake-google/cli.ts [options]
  --port N             default: any free port
  --no-quota           no limits per minute
  --redirect-uri URI   registered for the ready client; may be repeated
  --email ADDRESS      of the ready account; default user@example.com
  --time-zone ZONE     of the ready account; default UTC
  --seed N             of ids, tokens and chance; default 1
  --latency MS         added to every answer
  --journal N          requests that the journal holds; default 1000`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'no-quota': { type: 'boolean', default: false },
      'redirect-uri': { type: 'string', multiple: true, default: [] },
      email: { type: 'string', default: 'user@example.com' },
      'time-zone': { type: 'string', default: 'UTC' },
      seed: { type: 'string', default: '1' },
      latency: { type: 'string', default: '0' },
      journal: { type: 'string', default: '1000' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const server = await startFakeGoogleServer({
    port: integer('port', values.port),
    seed: integer('seed', values.seed),
    latencyMs: integer('latency', values.latency),
    journalSize: integer('journal', values.journal),
    quota: values['no-quota'] ? 'off' : 'google',
  })
  const account = server.google.control.readyAccount({
    email: values.email,
    timeZone: values['time-zone'],
    redirectUris: values['redirect-uri'],
  })
  const { clientId, clientSecret, email, accessToken, refreshToken } = account
  console.log(JSON.stringify({ url: server.url, clientId, clientSecret, email, accessToken, refreshToken }))
  const stop = () => server.close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

function integer(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, not ${text}`)
  return value
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  process.exit(1)
})
