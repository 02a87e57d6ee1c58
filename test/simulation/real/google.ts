import { startFakeGoogleServer } from '../../../src/testing/fake-google/shells/server.ts'
import { CLIENT, REDIRECT_URI } from '../environment.ts'
import { createSigningKey, Zones } from '../testing.ts'
import type { GoogleSettings } from './google-process.ts'
import { SharedTime } from './shared-time.ts'

/** The fake Google in a process of its own: a fresh one for each history, on the history's time. */
const [signingKey, zones] = [createSigningKey('simulation'), new Zones()]
let close = async () => {}

process.on('disconnect', () => process.exit(1))
process.on('message', (message: GoogleSettings | 'turn') => {
  if (message === 'turn') process.send?.('turn')
  else open(message).then(url => process.send?.({ url }))
})
process.send?.({ loaded: true })

async function open({ timeFile, seed, quota, switches }: GoogleSettings): Promise<string> {
  await close()
  const time = new SharedTime(timeFile)
  const server = await startFakeGoogleServer({
    ...{ clock: { now: () => time.now }, seed, quota, switches, signingKey, zones },
    deliver: 'off',
    journalSize: 20_000,
  })
  server.google.control.createClient({ ...CLIENT, redirectUris: [REDIRECT_URI] })
  close = async () => {
    await server.close()
    time.close()
  }
  return server.url
}
