import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ClinicOptions, startClinic } from './clinic.ts'
import { firstAppointments } from './first-appointments.ts'

const ENV_FILE = fileURLToPath(new URL('.env', import.meta.url))

/** The clinic by itself: `npm run clinic`. What it reads from the environment is in `.env.example`. */
async function main(): Promise<void> {
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE)
  const clinic = await startClinic({
    ...optionsOf(process.env),
    onIssue: issue => console.warn(`calendar sync: ${issue.code}${issue.cause ? ` (${issue.cause})` : ''}`),
  })
  const { appointments, google, origin } = clinic
  if (appointments.count() === 0) appointments.addAll(firstAppointments(Date.now()))
  console.log(
    `The clinic is at ${origin}/ and talks to ${google ? `the fake Google at ${google.url}` : 'Google'}.`,
  )
  if (google) console.log(`With the calendars beside it: ${origin}/side-by-side`)
  console.log('Ctrl-C ends it.')
  const stop = () => clinic.close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

function optionsOf(env: NodeJS.ProcessEnv): ClinicOptions {
  const { PORT, CLINIC_DATA, CALENDAR_SYNC_KEY } = env
  const { GOOGLE_OAUTH_CLIENT_ID, GOOGLE_OAUTH_CLIENT_SECRET, GOOGLE_OAUTH_REDIRECT_URI } = env
  const google =
    GOOGLE_OAUTH_CLIENT_ID && GOOGLE_OAUTH_CLIENT_SECRET && GOOGLE_OAUTH_REDIRECT_URI
      ? {
          clientId: GOOGLE_OAUTH_CLIENT_ID,
          clientSecret: GOOGLE_OAUTH_CLIENT_SECRET,
          redirectUri: GOOGLE_OAUTH_REDIRECT_URI,
        }
      : undefined
  if (CLINIC_DATA && !CALENDAR_SYNC_KEY)
    throw new Error('CLINIC_DATA keeps sealed tokens, so CALENDAR_SYNC_KEY is needed too: see .env.example')
  return {
    directory: CLINIC_DATA ? made(CLINIC_DATA) : passing(),
    ...(PORT && { port: Number(PORT) }),
    ...(google && { google }),
    ...(CALENDAR_SYNC_KEY && { key: CALENDAR_SYNC_KEY }),
  }
}

function made(directory: string): string {
  mkdirSync(directory, { recursive: true })
  return directory
}

/** Client data does not stay behind. */
function passing(): string {
  const directory = mkdtempSync(join(tmpdir(), 'express-clinic-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  return directory
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
