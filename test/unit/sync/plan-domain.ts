import type { FieldFingerprints, Fingerprints, Intent, IntentKind } from '../../../src/contracts/link.ts'
import type { LinkFields } from '../../../src/contracts/link-store.ts'
import { LATE_WRITE_MS } from '../../../src/sync/limits.ts'
import { type PlanContext, parkTag, type View, type Wanted } from '../../../src/sync/plan.ts'

/** One point of the planner's domain. */
export interface Case {
  readonly view: View
  readonly wanted: Wanted
  readonly context: PlanContext
}

export const NOW = 1_800_000_000_000
export const VERSION = 'v2'
export const SETTINGS = 5

/** What the app wants: a title, a time and guests. A description was sent once and is withheld now. */
export const FIELDS: FieldFingerprints = Object.freeze({ summary: 'S', start: 'T', attendees: 'G' })
const PRINTS = prints(FIELDS)

const SENT = [
  undefined,
  PRINTS,
  prints({ ...FIELDS, summary: 'old' }),
  prints({ ...FIELDS, description: 'withheld now' }),
  prints({ ...FIELDS, attendees: 'old' }),
]

const KINDS: readonly IntentKind[] = ['insert', 'update', 'revive', 'delete']
const YOUNG = NOW - 1_000
const OLD = NOW - LATE_WRITE_MS - 1_000

const INTENTS: readonly (readonly Intent[])[] = freeze([
  [],
  ...KINDS.flatMap(kind => [[intent(kind, YOUNG)], [intent(kind, OLD)]]),
  [intent('insert', OLD), intent('delete', YOUNG)],
  [intent('insert', OLD), intent('update', YOUNG)],
  [{ ...intent('update', YOUNG), overwrites: ['summary'] }],
  [{ ...intent('update', YOUNG), mailed: true }],
])

/** Not read; read; and read with values that are the app's, a person's, or more than the app shows now. */
const READINGS: readonly Pick<View, 'fresh' | 'observed'>[] = freeze([
  { fresh: false, observed: undefined },
  { fresh: true, observed: undefined },
  { fresh: true, observed: FIELDS },
  { fresh: true, observed: { ...FIELDS, summary: 'a person wrote this' } },
  { fresh: true, observed: { ...FIELDS, description: 'withheld now' } },
])

const EVENTS: readonly Pick<LinkFields, 'event' | 'etag'>[] = freeze(
  (['none', 'live', 'deleted', 'unknown'] as const).flatMap(event => [
    { event, etag: '"e1"' },
    { event, etag: undefined },
  ]),
)

const DRIFTED: readonly (readonly string[])[] = freeze([[], ['summary'], ['description']])
/** Of a stranger's event there is no base to differ from. */
const NOT_DRIFTED = DRIFTED.slice(0, 1)

const BOTH = [false, true] as const

/** The app's side: nothing, or an event in every combination of window, time and mail. */
const WANTED: readonly (readonly [Wanted, Partial<LinkFields>, { readonly told: boolean }])[] = freeze([
  ...BOTH.flatMap(kept => BOTH.map(told => [{ kind: 'absent' }, { kept }, { told }] as const)),
  ...BOTH.flatMap(inWindow =>
    BOTH.flatMap(future =>
      [undefined, 'v1', VERSION].flatMap(mailedVersion =>
        BOTH.map(mail => {
          const wanted = {
            kind: 'present',
            prints: PRINTS,
            version: VERSION,
            inWindow,
            future,
            mail,
          } as const
          return [wanted, { mailedVersion }, { told: mail }] as const
        }),
      ),
    ),
  ),
])

/** Every combination of what decides about a link that is not parked. */
export function* unparked(): Generator<Case> {
  for (const known of EVENTS)
    for (const sent of SENT)
      for (const intents of INTENTS)
        for (const reading of READINGS)
          for (const [foreign, reviveRefused] of pairs())
            for (const drifted of foreign ? NOT_DRIFTED : DRIFTED)
              for (const [isOlder, verify] of pairs())
                for (const [wanted, more, { told }] of WANTED)
                  yield {
                    view: view({
                      ...known,
                      sent,
                      intents,
                      settingsVersion: SETTINGS - Number(isOlder),
                      ...more,
                    })({
                      ...reading,
                      drifted,
                      foreign,
                      reviveRefused,
                    }),
                    wanted,
                    context: { now: NOW, settingsVersion: SETTINGS, verify, told },
                  }
}

/** Ids that Google called taken while a read found nothing there: since when, and how often that came before. */
export function* taken(): Generator<Case> {
  for (const takenSince of [undefined, YOUNG, OLD])
    for (const generation of [0, 1, 2, 3])
      for (const known of EVENTS)
        for (const sent of SENT.slice(0, 2))
          for (const intents of INTENTS)
            for (const [fresh, verify] of pairs())
              for (const [wanted, more, { told }] of WANTED) {
                const link = {
                  ...known,
                  sent,
                  intents,
                  generation,
                  takenSince,
                  settingsVersion: SETTINGS,
                  ...more,
                }
                const read = { fresh, observed: undefined, drifted: [], foreign: false, reviveRefused: false }
                yield {
                  view: view(link)(read),
                  wanted,
                  context: { now: NOW, settingsVersion: SETTINGS, verify, told },
                }
              }
}

/** Links that wait for a change: still what was refused, and changed since in either respect. */
export function* parked(): Generator<Case & { readonly isUnchanged: boolean }> {
  for (const [wanted, more, { told }] of WANTED)
    for (const tag of [parkTag(wanted), 'another projection'])
      for (const settingsVersion of [SETTINGS, SETTINGS - 1])
        for (const known of EVENTS)
          for (const intents of INTENTS)
            for (const [foreign, verify] of pairs()) {
              const problem = { ...PROBLEM, parked: { tag, settingsVersion } }
              const link = { ...known, sent: PRINTS, intents, settingsVersion: SETTINGS, ...more, problem }
              yield {
                view: view(link)({
                  fresh: false,
                  observed: undefined,
                  drifted: [],
                  foreign,
                  reviveRefused: false,
                }),
                wanted,
                context: { now: NOW, settingsVersion: SETTINGS, verify, told },
                isUnchanged: tag === parkTag(wanted) && settingsVersion === SETTINGS,
              }
            }
}

const PROBLEM = { code: 'forbidden', attempts: 1, since: OLD, at: OLD, reported: true } as const

/** Frozen, so that a planner that writes to what it is given throws. */
function view(fields: Partial<LinkFields> & Pick<LinkFields, 'event' | 'intents' | 'settingsVersion'>) {
  const link: LinkFields = Object.freeze({
    calendarId: 'primary',
    eventId: 'abc12',
    generation: 0,
    behind: false,
    kept: false,
    status: 'pending',
    notes: [],
    ...fields,
  })
  return (read: Omit<View, 'link' | 'event'>): View => Object.freeze({ link, ...read })
}

function intent(kind: IntentKind, at: number): Intent {
  return { kind, number: 7, at, appVersion: VERSION, ...(kind !== 'delete' && { sent: PRINTS }) }
}

function prints(fields: FieldFingerprints): Fingerprints {
  return freeze({ whole: JSON.stringify(fields), fields })
}

function pairs(): readonly (readonly [boolean, boolean])[] {
  return BOTH.flatMap(a => BOTH.map(b => [a, b] as const))
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}
