import { describe, expect, it } from 'vitest'
import type { ConnectionSettings } from '../../../src/contracts/settings.ts'
import {
  insertBody,
  type MappingOptions,
  patchBody,
  reviveBody,
  type VisibleAppointment,
} from '../../../src/mapping/index.ts'
import { mapperWith, OFF, ON, PLACE, problemsOf, raw } from './support.ts'

const CANARY = {
  name: 'CANARY-NAME Dana Levi',
  email: 'canary-email@example.com',
  notes: 'CANARY-NOTES she said',
  location: 'CANARY-LOCATION street 5',
}
const client = { name: CANARY.name, email: CANARY.email, mayBeInvited: true }
const appointment = raw({ notes: CANARY.notes, location: CANARY.location, client, version: undefined })

const COMBINATIONS: ConnectionSettings[] = [0, 1, 2, 3, 4, 5, 6, 7].map(bits => ({
  enabled: true,
  includeClientNames: (bits & 1) !== 0,
  includeNotes: (bits & 2) !== 0,
  notifyClients: (bits & 4) !== 0,
}))

/** Everything the mapper gives out for one account, as text. */
function outputs(settings: ConnectionSettings, options: Partial<MappingOptions>) {
  const seen: VisibleAppointment[] = []
  const mapper = mapperWith({
    ...options,
    mapEvent: (visible, draft) => {
      seen.push(visible)
      return { ...draft, colorId: '3' }
    },
  })
  const projection = mapper.project(mapper.parseAppointment(appointment), settings)
  const stamp = mapper.stamp(PLACE, 36)
  const { fields } = projection
  return JSON.stringify([
    seen,
    projection,
    mapper.fingerprints(fields),
    mapper.seenFingerprints(fields, Object.keys(fields)),
    insertBody(fields, stamp),
    reviveBody(fields, stamp),
    patchBody(fields, Object.keys(fields), stamp, {
      clearedFields: ['description', 'attendees', 'location'],
    }),
  ])
}

describe('row 56: canaries stay behind the gate', () => {
  for (const sensitiveLocations of [false, true]) {
    for (const settings of COMBINATIONS) {
      const { includeClientNames, includeNotes, notifyClients } = settings
      it(`names ${includeClientNames}, notes ${includeNotes}, mail ${notifyClients}, sensitive ${sensitiveLocations}`, () => {
        const text = outputs(settings, { sensitiveLocations })
        expect(text.includes('CANARY-NAME')).toBe(includeClientNames)
        // The client is a guest then, and reads what the event says.
        expect(text.includes('CANARY-NOTES')).toBe(includeNotes && !notifyClients)
        expect(text.toLowerCase().includes('canary-email')).toBe(notifyClients)
        expect(text.includes('CANARY-LOCATION')).toBe(!sensitiveLocations)
      })
    }
  }

  it('no field of the appointment is repeated in an error', () => {
    const value = 'CANARY\u0000\r\n@'
    const broken = Object.keys(
      raw({ client, allDay: 1, recurrence: 1, title: 1, location: 1, notes: 1 }),
    ).map(name => raw({ [name]: name === 'userIds' || name === 'recurrence' ? [value, 7] : value }))
    const nested = ['name', 'email', 'mayBeInvited'].map(name => raw({ client: { [name]: { value } } }))
    const values = raw({ status: value, timeZone: value, title: { value }, CANARY: value })
    for (const source of [
      ...broken,
      ...nested,
      values,
      raw({ start: value, end: value }),
      raw({ timeZone: value }),
    ]) {
      const mapper = mapperWith()
      try {
        mapper.parseAppointment(source)
      } catch (error) {
        expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('CANARY')
      }
    }
  })

  it('all off: the event is bare', () => {
    const mapper = mapperWith({ sensitiveLocations: true })
    expect(mapper.project(mapper.parseAppointment(appointment), OFF).fields).toEqual({
      summary: 'Appointment',
      start: { dateTime: '2026-05-04T09:00:00+03:00', timeZone: 'Asia/Jerusalem' },
      end: { dateTime: '2026-05-04T09:50:00+03:00', timeZone: 'Asia/Jerusalem' },
    })
  })
})

describe('titles', () => {
  const summary = (
    changes: Record<string, unknown>,
    settings = ON,
    options: Partial<MappingOptions> = {},
  ) => {
    const mapper = mapperWith(options)
    return mapper.project(mapper.parseAppointment(raw(changes)), settings).fields.summary
  }

  it('the default, the host’s neutral title, the client’s name', () => {
    expect(summary({})).toBe('Appointment')
    expect(summary({ title: 'Intake' })).toBe('Intake')
    expect(summary({ client: { name: 'Dana' } })).toBe('Appointment with Dana')
    expect(summary({ title: 'Intake', client: { name: 'Dana' } })).toBe('Intake with Dana')
    expect(summary({ title: 'Intake', client: { name: ' \n' } })).toBe('Intake')
    expect(summary({ title: 'Intake', client: { name: 'Dana' } }, OFF)).toBe('Intake')
  })

  it('a name is text, whatever it looks like', () => {
    const options = { titleWithClient: 'Appointment with {client} {other}' }
    expect(summary({ client: { name: "$& $' {title} {client}" } }, ON, options)).toBe(
      "Appointment with $& $' {title} {client} {other}",
    )
  })

  it('cancelled and kept', () => {
    const keep = { cancelled: 'keep', cancelledTitle: 'OFF: {title}' } as const
    expect(summary({ status: 'cancelled', client: { name: 'Dana' } }, ON, keep)).toBe(
      'OFF: Appointment with Dana',
    )
    expect(summary({ status: 'cancelled', client: { name: 'Dana' } }, OFF, keep)).toBe('OFF: Appointment')
  })
})

describe('row 54: guests', () => {
  const mapper = mapperWith()
  const project = (email: unknown, mayBeInvited: boolean | undefined, settings = ON) =>
    mapper.project(mapper.parseAppointment(raw({ client: { name: 'Dana', email, mayBeInvited } })), settings)

  it('by default nobody is invited: setting and consent are both needed', () => {
    expect(project('d@example.com', true)).toMatchObject({
      invites: true,
      fields: { attendees: [{ email: 'd@example.com' }] },
    })
    for (const [consent, settings] of [
      [undefined, ON],
      [false, ON],
      [true, OFF],
      [true, { ...ON, notifyClients: false }],
    ] as const) {
      const found = project('d@example.com', consent, settings)
      expect(found.invites).toBe(false)
      expect(found.fields).not.toHaveProperty('attendees')
    }
  })

  it('no address, no guest', () => {
    expect(project(undefined, true)).toMatchObject({ invites: false })
    expect(project('', true)).toMatchObject({ invites: false })
  })

  it.each([
    'd@example.com\r\nBcc: x@example.com',
    'd@example.com\n',
    '\nd@example.com',
    'd@example.com,x@example.com',
    'd@example.com; x@example.com',
    'Dana <d@example.com>',
    '"d\n"@example.com',
    'd@example',
    'd@@example.com',
    'd example.com',
    'd@exa mple.com',
    'd\u0000@example.com',
    'mailto:d@example.com',
    `${'d'.repeat(65)}@example.com`,
    `d@${'e'.repeat(250)}.com`,
    'none',
  ])('%j is refused, unless nobody would be invited', email => {
    expect(problemsOf(() => project(email, true))).toEqual(['client.email: is no address'])
    expect(project(email, true, OFF).invites).toBe(false)
    expect(project(email, false).invites).toBe(false)
  })

  it.each([' d@example.com ', "o'neil+x@sub.example.co", 'dana@דוגמה.ישראל'])('%j is an address', email => {
    expect(project(email, true).fields.attendees).toEqual([{ email: email.trim() }])
  })
})
