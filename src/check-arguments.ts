import { type AccountRef, type AppointmentRef, MAX_ID_LENGTH } from './contracts/identity.ts'
import {
  type Acknowledgement,
  type ConnectionSettings,
  SENSITIVE_SETTINGS,
  type SensitiveSetting,
} from './contracts/settings.ts'
import { CalendarSyncError } from './errors.ts'

/** A plain copy of the account, or an `argument-invalid` that says what is wrong. */
export function checkAccount(account: AccountRef): AccountRef {
  return {
    workspaceId: checkId('workspaceId', account?.workspaceId),
    userId: checkId('userId', account?.userId),
  }
}

export function checkRef(ref: AppointmentRef): AppointmentRef {
  const workspaceId = checkId('workspaceId', ref?.workspaceId)
  return { workspaceId, appointmentId: checkId('appointmentId', ref?.appointmentId) }
}

const SWITCHES: ReadonlySet<string> = new Set(['enabled', ...SENSITIVE_SETTINGS])

/** A plain copy of the switches that were named. What is not a switch is refused, not stored. */
export function checkSettings(settings: Partial<ConnectionSettings>): Partial<ConnectionSettings> {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw invalid('settings: pass an object of switches.')
  const named = Object.entries(settings).filter(([, value]) => value !== undefined)
  for (const [name, value] of named) {
    if (!SWITCHES.has(name)) throw invalid(`settings: there are only ${[...SWITCHES].join(', ')}.`)
    if (typeof value !== 'boolean') throw invalid(`settings.${name}: pass true or false.`)
  }
  return Object.fromEntries(named)
}

export function checkAcknowledgements(
  given: readonly Pick<Acknowledgement, 'setting' | 'textId'>[],
): readonly Pick<Acknowledgement, 'setting' | 'textId'>[] {
  if (!Array.isArray(given)) throw invalid('acknowledgements: pass a list of { setting, textId }.')
  return given.map(({ setting, textId }: { setting: SensitiveSetting; textId: string }) => {
    if (!SENSITIVE_SETTINGS.includes(setting))
      throw invalid(`acknowledgements: setting is one of ${SENSITIVE_SETTINGS.join(', ')}.`)
    return { setting, textId: checkId('textId', textId) }
  })
}

export function checkChoice<T extends string>(name: string, choice: T, known: readonly T[]): T {
  if (known.includes(choice)) return choice
  throw invalid(`${name}: pass ${known.map(each => `"${each}"`).join(' or ')}.`)
}

function invalid(message: string): CalendarSyncError {
  return new CalendarSyncError('argument-invalid', message)
}

function checkId(name: string, value: unknown): string {
  const fits = typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH
  if (fits && value.isWellFormed() && !value.includes('\0')) return value
  throw invalid(`${name}: pass a string of 1 to ${MAX_ID_LENGTH} characters.`)
}
