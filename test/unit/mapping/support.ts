import fc from 'fast-check'
import { expect } from 'vitest'
import { AppointmentError } from '../../../src/errors.ts'
import { createMapper, DEFAULT_MAPPING, type MappingOptions } from '../../../src/mapping/index.ts'

const key = (byte: number) => new Uint8Array(32).fill(byte)
export const KEYS = { fingerprint: key(1), eventId: key(2), marker: key(3), accountTag: key(4) }

export const mapperWith = (options: Partial<MappingOptions> = {}) =>
  createMapper({ ...DEFAULT_MAPPING, ...options }, KEYS)

export const OFF = { enabled: true, includeClientNames: false, includeNotes: false, notifyClients: false }
export const ON = { enabled: true, includeClientNames: true, includeNotes: true, notifyClients: true }

export const ACCOUNT = { workspaceId: 'w1', userId: 'u1' }
export const PLACE = { eventId: 'abcde', account: ACCOUNT, target: 'sub/primary' }

export function raw(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: '1',
    userIds: ['u1'],
    start: '2026-05-04T09:00:00',
    end: '2026-05-04T09:50:00',
    timeZone: 'Asia/Jerusalem',
    status: 'confirmed',
    ...changes,
  }
}

/** The problems of the typed error that `run` throws. */
export function problemsOf(run: () => unknown, code = 'appointment-invalid'): readonly string[] {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(AppointmentError)
    const typed = error as AppointmentError
    expect(typed.code).toBe(code)
    expect(typed.cause).toBeUndefined()
    return typed.problems
  }
  throw new Error('nothing was thrown')
}

const codePoint = fc.oneof(
  fc.integer({ min: 0, max: 0xff }),
  fc.integer({ min: 0, max: 0x10ffff }),
  fc.integer({ min: 0xd800, max: 0xdfff }),
  fc.constantFrom(0x0a, 0x0d, 0x20, 0x22, 0x26, 0x27, 0x3c, 0x3e, 0x301, 0x200d, 0x202e, 0xfeff, 0x1f469),
)
/** Text of any characters, among them controls, lone surrogates and what HTML gives a meaning to. */
export const anyText = fc.array(codePoint, { maxLength: 80 }).map(points => String.fromCodePoint(...points))
