import { z } from 'zod'
import type { ConnectionSettings } from '../contracts/settings.ts'
import { AppointmentError } from '../errors.ts'
import { type EventDraft, OWNED_FIELDS } from './fields.ts'
import { readEmail, uniqueGuests } from './guests.ts'
import {
  MAX_ATTENDEES,
  MAX_DESCRIPTION,
  MAX_LOCATION,
  MAX_REMINDER_MINUTES,
  MAX_REMINDERS,
  MAX_SUMMARY,
} from './limits.ts'
import { findWithheld, type Gated } from './privacy.ts'
import type { MapEvent } from './projection.ts'
import { cleanLine, cleanLines, truncate, truncateHtml, unescapeText } from './text.ts'

const FIXED_FIELDS = ['start', 'end', 'recurrence', 'status'] as const

const wholeMinutes = z.int().min(0).max(MAX_REMINDER_MINUTES)
const resultSchema = z.strictObject({
  summary: z.string().optional(),
  description: z.string().optional(),
  location: z.string().optional(),
  colorId: z.enum(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']).optional(),
  attendees: z
    .array(z.strictObject({ email: z.string(), displayName: z.string().optional() }))
    .max(MAX_ATTENDEES)
    .optional(),
  reminders: z
    .discriminatedUnion('useDefault', [
      z.strictObject({ useDefault: z.literal(true) }),
      z.strictObject({
        useDefault: z.literal(false),
        overrides: z
          .array(z.strictObject({ method: z.enum(['email', 'popup']), minutes: wholeMinutes }))
          .max(MAX_REMINDERS)
          .default([]),
      }),
    ])
    .optional(),
})

/** Calls the host's hook once, and lets through only what the gate and Google's limits allow. */
export function applyHook(
  mapEvent: MapEvent,
  gated: Gated,
  draft: EventDraft,
  settings: ConnectionSettings,
): EventDraft {
  const raw = call(() => {
    const returned: unknown = mapEvent(gated.visible, deepFreeze(draft), Object.freeze({ ...settings }))
    if (returned instanceof Promise) returned.catch(() => {})
    return plainCopy(returned)
  })
  const fixed = FIXED_FIELDS.filter(name => raw[name] !== undefined && !sameJson(raw[name], draft[name]))
  if (fixed.length > 0) refuse(fixed.map(name => `${name}: mapEvent may not change it`))
  for (const name of FIXED_FIELDS) delete raw[name]

  const result = resultSchema.safeParse(raw)
  if (!result.success)
    refuse(result.error.issues.map(issue => `${nameOf(issue.path)}: mapEvent gave no valid value`))
  const found = tidy(result.data)
  const problems = gateProblems(found, gated, draft)
  if (problems.length > 0) refuse(problems)
  return { ...draft, ...EMPTY, ...found }
}

const EMPTY: EventDraft = {
  summary: undefined,
  description: undefined,
  location: undefined,
  attendees: undefined,
  colorId: undefined,
  reminders: undefined,
}

function tidy(found: z.infer<typeof resultSchema>): EventDraft {
  const attendees = found.attendees?.map(({ email, displayName }) => {
    const address = readEmail(email)
    if (address === undefined) refuse(['attendees: mapEvent gave an address that is none'])
    return displayName === undefined
      ? { email: address }
      : { email: address, displayName: cleanLine(displayName) }
  })
  return {
    ...found,
    summary: truncate(cleanLine(found.summary ?? ''), MAX_SUMMARY),
    description: truncateHtml(cleanLines(found.description ?? ''), MAX_DESCRIPTION),
    location: truncate(cleanLine(found.location ?? ''), MAX_LOCATION),
    attendees: attendees && uniqueGuests(attendees),
  }
}

/** The hook never saw what was withheld; it may know it from elsewhere. A net, no proof. */
function gateProblems(found: EventDraft, gated: Gated, draft: EventDraft): string[] {
  const problems: string[] = []
  if (found.attendees?.length && !gated.guestsAllowed) {
    problems.push('attendees: mapEvent added guests who may not be invited')
  }
  if (found.location && !gated.locationAllowed)
    problems.push('location: is withheld, mapEvent may not set it')
  const guests = found.attendees?.flatMap(({ email, displayName }) => [email, displayName ?? ''])
  const texts = {
    summary: found.summary === draft.summary ? '' : found.summary,
    description: found.description === draft.description ? '' : unescapeText(found.description ?? ''),
    location: found.location === draft.location ? '' : found.location,
    attendees: guests?.join('\n'),
  }
  for (const [name, text] of Object.entries(texts)) {
    const leaked = text ? findWithheld(text, gated.withheld) : undefined
    if (leaked !== undefined) problems.push(`${name}: mapEvent put ${leaked} there, which is withheld`)
  }
  return problems
}

/** The hook's own error may hold client data: it is dropped. */
function call(read: () => unknown): Record<string, unknown> {
  let found: unknown
  try {
    found = read()
  } catch {
    refuse(['mapEvent: threw; what it is given is frozen, and its result must be plain data'])
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    refuse(['mapEvent: must return an event draft at once, not a promise'])
  }
  return { ...found }
}

/** Every value is read once, here; what is no JSON throws or disappears. */
function plainCopy(value: unknown): unknown {
  if (value instanceof Promise) return undefined
  const text = JSON.stringify(value)
  return text === undefined ? undefined : JSON.parse(text)
}

function nameOf(path: readonly PropertyKey[]): string {
  const name = path[0]
  return OWNED_FIELDS.find(field => field === name) ?? 'draft'
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(deepFreeze)
    Object.freeze(value)
  }
  return value
}

function refuse(problems: readonly string[]): never {
  throw new AppointmentError('mapping-failed', problems)
}
