import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMapper, DEFAULT_MAPPING, MARKER_PROPERTY } from '../../../src/mapping/index.ts'
import { ACCOUNT, anyText, KEYS, mapperWith, PLACE } from './support.ts'

const mapper = mapperWith()
const eventWith = (marker: unknown, id = PLACE.eventId) => ({
  id,
  extendedProperties: { private: { [MARKER_PROPERTY]: marker as string } },
})
const FOREIGN = { verified: false }

describe('event ids', () => {
  const ref = { workspaceId: 'w1', appointmentId: 'a1' }

  it('are stable, and of Google’s alphabet', () => {
    expect(mapper.eventId(ACCOUNT, 't', ref, 0)).toMatchInlineSnapshot(`"htsqe70vbc207qcio7q4s9jssvefai2e"`)
    fc.assert(
      fc.property(anyText, appointmentId => {
        expect(mapper.eventId(ACCOUNT, 't', { workspaceId: 'w1', appointmentId }, 0)).toMatch(
          /^[0-9a-v]{32}$/,
        )
      }),
    )
  })

  it('differ by every part, and parts do not run into each other', () => {
    const id = (
      workspaceId: string,
      userId: string,
      target: string,
      refWorkspace: string,
      appointmentId: string,
      n = 0,
    ) => mapper.eventId({ workspaceId, userId }, target, { workspaceId: refWorkspace, appointmentId }, n)
    const ids = [
      id('w', 'u', 't', 'w', 'a'),
      id('w', 'u', 't', 'w', 'a', 1),
      id('w2', 'u', 't', 'w', 'a'),
      id('w', 'u2', 't', 'w', 'a'),
      id('w', 'u', 't2', 'w', 'a'),
      id('w', 'u', 't', 'w2', 'a'),
      id('w', 'u', 't', 'w', 'a2'),
      id('w1:', 'u', 't', 'w', 'a'),
      id('w', '1:u', 't', 'w', 'a'),
      id('wu', '', 't', 'w', 'a'),
      id('', 'wu', 't', 'w', 'a'),
      id('w', 'u', 't', 'w', '\ud800'),
      id('w', 'u', 't', 'w', '\ud801'),
      id('w', 'u', 't', 'w', '\ufffd'),
      id('w', 'u', 't', 'w', '"\\ud800"'),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('differ by key', () => {
    const other = createMapper(DEFAULT_MAPPING, { ...KEYS, eventId: new Uint8Array(32).fill(9) })
    expect(other.eventId(ACCOUNT, 't', ref, 0)).not.toBe(mapper.eventId(ACCOUNT, 't', ref, 0))
  })

  it('keys of another length are refused', () => {
    expect(() => createMapper(DEFAULT_MAPPING, { ...KEYS, marker: new Uint8Array(31) })).toThrow(RangeError)
  })
})

describe('the account’s tag', () => {
  it('is 16 hex, and differs by workspace and user', () => {
    const tag = (workspaceId: string, userId: string) => mapper.accountTag({ workspaceId, userId })
    expect(tag('w', 'u')).toMatch(/^[0-9a-f]{16}$/)
    expect(new Set([tag('w', 'u'), tag('u', 'w'), tag('wu', ''), tag('', 'wu')]).size).toBe(4)
    expect(mapper.stamp(PLACE, 1).tag).toBe(mapper.accountTag(ACCOUNT))
  })
})

describe('the marker', () => {
  it('tells the write that landed', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), writeNumber => {
        const marker = mapper.makeMarker(PLACE, writeNumber)
        expect(marker).toMatch(/^1\.[0-9a-z]+\.[\w-]{22}$/)
        expect(mapper.readMarker(PLACE, eventWith(marker))).toEqual({ verified: true, writeNumber })
      }),
    )
  })

  it('row 60: a copy on another event, account or target, or of another number, is foreign', () => {
    const marker = mapper.makeMarker(PLACE, 36)
    const copies = [
      { ...PLACE, eventId: 'other' },
      { ...PLACE, account: { ...ACCOUNT, userId: 'u2' } },
      { ...PLACE, account: { ...ACCOUNT, workspaceId: 'w2' } },
      { ...PLACE, target: 'sub/other' },
    ]
    for (const place of copies)
      expect(mapper.readMarker(place, eventWith(marker, place.eventId))).toEqual(FOREIGN)
    expect(mapper.readMarker(PLACE, eventWith(marker, 'other'))).toEqual(FOREIGN)
    expect(mapper.readMarker(PLACE, eventWith(marker, `${PLACE.eventId}_20260504T060000Z`))).toEqual(FOREIGN)
    expect(mapper.readMarker(PLACE, eventWith(marker.replace('1.10.', '1.11.')))).toEqual(FOREIGN)
    const other = createMapper(DEFAULT_MAPPING, { ...KEYS, marker: new Uint8Array(32).fill(9) })
    expect(other.readMarker(PLACE, eventWith(marker))).toEqual(FOREIGN)
  })

  it('row 60: forged and damaged markers are foreign', () => {
    const marker = mapper.makeMarker(PLACE, 36)
    const forged = [
      '',
      '1',
      marker.slice(0, -1),
      `${marker}x`,
      `${marker}\n`,
      marker.replace('1.', '2.'),
      marker.replace('.10.', '.010.'),
      marker.toUpperCase(),
      `1.zzzzzzzzzzz.${'A'.repeat(22)}`,
      `1.10.${'é'.repeat(22)}`,
      null,
      36,
      {},
    ]
    for (const value of forged) expect(mapper.readMarker(PLACE, eventWith(value))).toEqual(FOREIGN)
    expect(mapper.readMarker(PLACE, { id: PLACE.eventId })).toEqual(FOREIGN)
    expect(mapper.readMarker(PLACE, {})).toEqual(FOREIGN)
    fc.assert(
      fc.property(fc.string(), value => {
        expect(mapper.readMarker(PLACE, eventWith(value))).toEqual(FOREIGN)
      }),
    )
  })
})
