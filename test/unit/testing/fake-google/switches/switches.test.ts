import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SWITCHES, type Switches } from '../../../../../src/testing/fake-google/index.ts'
import { noteUnless, readReference } from '../../../../support/reference.ts'
import { account } from '../support.ts'
import { ACCESS_PROBES } from './access-probes.ts'
import { EVENT_PROBES } from './event-probes.ts'
import { LIST_PROBES } from './list-probes.ts'
import { makeWith, type Probes } from './probe.ts'
import { PUSH_PROBES } from './push-probes.ts'

/** Total: a switch without a probe does not compile. */
const PROBES: Probes = { ...EVENT_PROBES, ...LIST_PROBES, ...PUSH_PROBES, ...ACCESS_PROBES }
const NAMES = Object.keys(DEFAULT_SWITCHES) as (keyof Switches)[]

const cases = NAMES.flatMap(name =>
  PROBES[name].values.map(([value, seen]) => [name, value, seen, PROBES[name].look] as const),
)

describe('every switch makes a difference that its caller sees', () => {
  it.each(cases)('%s: %j', async (name, value, seen, look) => {
    expect(await look(makeWith({ [name]: value }))).toEqual(seen)
  })

  it.each(NAMES)('%s is looked at with its default and with another value', name => {
    const values = PROBES[name].values.map(([value]) => value)
    expect(values).toContain(DEFAULT_SWITCHES[name])
    expect(new Set(values).size).toBeGreaterThan(1)
    const seen = PROBES[name].values.map(([, outcome]) => JSON.stringify(outcome))
    expect(new Set(seen).size).toBe(values.length)
  })

  it('the control API takes each by name, and refuses what is none', async () => {
    const { google } = account()
    const set = async (body: object) =>
      (
        await google.fetch('http://fake/_control/set-switches', {
          method: 'POST',
          body: JSON.stringify(body),
        })
      ).status
    for (const name of NAMES)
      for (const [value] of PROBES[name].values) expect(await set({ [name]: value }), name).toBe(200)
    expect(await set({ nobody: true })).toBe(400)
    expect(await set({ revive: 'perhaps' })).toBe(400)
  })

  it('the document lists each with its default', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../../docs/fake-google.md'), 'utf8')
    const rows = [...text.matchAll(/^\| `(\w+)` \| `([^`]*)` \|/gm)].map(([, name, value]) => [name, value])
    const spelt = (value: unknown) =>
      typeof value === 'string' ? value : typeof value === 'number' ? numberOf(value) : String(value)
    expect(rows).toEqual(NAMES.map(name => [name, spelt(DEFAULT_SWITCHES[name])]))
  })
})

function numberOf(value: number): string {
  if (value > 0 && value % 86_400_000 === 0) return `${value / 86_400_000} days in ms`
  return value >= 10_000 ? String(value).replaceAll(/\B(?=(\d{3})+$)/g, '_') : String(value)
}

/** The rows of the facts' list of contradictions and open points, and the switches that stand for each. */
const OPEN_POINTS: Readonly<Record<string, readonly (keyof Switches)[]>> = {
  'Repeated `privateExtendedProperty`': ['repeatedPrivateProperty'],
  'Batch limit': ['batchLimit'],
  'Bad sync token': ['corruptSyncToken'],
  'import with known iCalUID': ['importAgain'],
  'dateTime without offset/zone': ['dateTimeWithoutZone'],
  'Domain verification for webhooks': ['webhookAuthorization'],
  'Channel max TTL': ['channelDefaultTtlMs', 'channelMaxTtlMs'],
  'Retry-After': ['retryAfterSeconds'],
  'Revive semantics by PUT w/o status; 403-after-UI-delete conditions': ['putWithoutStatusRevives', 'revive'],
  'Tombstone & sync-token & updatedMin retention': [
    'tombstoneLifetimeMs',
    'syncTokenLifetimeMs',
    'updatedMinMaxAgeMs',
  ],
  'description/summary length limits and the error when exceeded': ['longText'],
  'What app.created gets for foreign calendars (404 or 403)': ['appCreatedOnForeignCalendar'],
  'events.instances on a non-recurring id; invalid colorId (400 "Invalid color id." in one fake)': [
    'instancesOfSingleEvent',
    'unknownColorId',
  ],
  'Exact body of POST /revoke 200': ['revokeBody'],
  '`expires_in` 3599 vs 3600': ['accessTokenSeconds'],
  '`events.freebusy` view: which fields survive in events.list': ['busyEventFields'],
}

const FACTS = 'google-facts.md'
const facts = readReference(FACTS)

describe.skipIf(!facts)(`open points of the facts${noteUnless(facts, FACTS)}`, () => {
  it('each has its switches', () => {
    const [, section = ''] = /^## 19\..*?\n(.*?)^---/ms.exec(facts ?? '') ?? []
    const topics = [...section.matchAll(/^\| (.+?) \|/gm)].map(([, topic]) => topic)
    expect(topics).toEqual(['Topic', ...Object.keys(OPEN_POINTS)])
  })
})
