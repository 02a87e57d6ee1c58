import { startFakeGoogleServer } from '../../../src/testing/fake-google/shells/server.ts'
import { CLIENT, REDIRECT_URI } from '../environment.ts'
import { createSigningKey, Zones } from '../testing.ts'
import type { GoogleSettings } from './google-process.ts'
import { Leaps } from './leaps.ts'

/** The fake Google in a process of its own: a fresh one for each history, on the history's time. */
const [signingKey, zones] = [createSigningKey('simulation'), new Zones()]
let close = async () => {}

process.on('disconnect', () => process.exit(1))
process.on('message', (settings: GoogleSettings) => {
  open(settings).then(url => process.send?.({ url }))
})
process.send?.({ loaded: true })

async function open({ time, seed, quota, switches }: GoogleSettings): Promise<string> {
  await close()
  const leaps = new Leaps(time.path)
  const now = () => time.base + (Date.now() - time.base) * time.factor + leaps.ms
  const server = await startFakeGoogleServer({
    ...{ clock: { now }, seed, quota, switches, signingKey, zones },
    deliver: 'off',
    journalSize: 20_000,
  })
  server.google.control.createClient({ ...CLIENT, redirectUris: [REDIRECT_URI] })
  close = async () => {
    await server.close()
    leaps.close()
  }
  return server.url
}
