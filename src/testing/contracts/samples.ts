import type { ConnectionFields } from '../../contracts/connection-store.ts'
import type { AccountRef, AppointmentRef } from '../../contracts/identity.ts'
import type { FieldFingerprints } from '../../contracts/link.ts'
import type { LinkFields } from '../../contracts/link-store.ts'
import type { NewMark } from '../../contracts/mark-store.ts'

export const anAccount = (userId = 'u1', workspaceId = 'w1'): AccountRef => ({ workspaceId, userId })

export const aRef = (appointmentId = 'a1', workspaceId = 'w1'): AppointmentRef => ({
  workspaceId,
  appointmentId,
})

export const aMark = (ref: AppointmentRef = aRef(), more: Partial<NewMark> = {}): NewMark => ({
  ref,
  lane: 'interactive',
  origin: 'host',
  ...more,
})

export const aBulkMark = (ref: AppointmentRef, userId: string, more: Partial<NewMark> = {}): NewMark =>
  aMark(ref, { lane: 'bulk', origin: 'planned', userId, ...more })

export const someConnection = (more: Partial<ConnectionFields> = {}): ConnectionFields => ({
  status: 'active',
  scopes: ['https://www.googleapis.com/auth/calendar.events'],
  settings: { enabled: true, includeClientNames: false, includeNotes: false, notifyClients: false },
  acknowledgements: [],
  ...more,
})

/** Every field of a connection, so that a store that forgets one is found. */
export const fullConnection = (): Required<ConnectionFields> => ({
  status: 'paused',
  cause: 'mass-change',
  subject: 'subject-hash',
  hostedDomain: 'clinic.example',
  target: {
    key: 'target-hash',
    calendarId: 'c_1@group.calendar.google.com',
    kind: 'dedicated',
    creation: { requestedAt: 1_767_225_600_001, attempts: 1 },
    createdAt: 1_767_225_600_002,
  },
  scopes: ['scope/one', 'scope/two'],
  settings: { enabled: true, includeClientNames: true, includeNotes: false, notifyClients: true },
  acknowledgements: [
    { setting: 'includeClientNames', userId: 'u1', at: 1_767_225_600_003, textId: 'client-names-2026-11' },
  ],
  quotaPause: { until: 1_767_225_600_004, strikes: 2 },
  guestPause: { until: 1_767_225_600_005, strikes: 3 },
  massChange: { id: 'm1', at: 1_767_225_600_006, found: 21, links: 40 },
  massChangeAllowedUntil: 1_767_225_600_007,
  pass: {
    id: 'p1',
    kind: 'repair',
    startedAt: 1_767_225_600_008,
    phase: 'confirm "missing" 100%',
    cursor: 'opaque/é',
    checked: 7,
    marked: 3,
    finishedAt: 1_767_225_600_009,
  },
  departure: {
    events: 'remove',
    requestedAt: 1_767_225_600_016,
    phase: 'grant',
    removed: 12,
    attempts: 2,
    revokingUntil: 1_767_225_600_017,
  },
  changes: { nextAt: 1_767_225_600_010, cursors: [{ cursor: "c'1", at: 1_767_225_600_011 }] },
  nextRepairAt: 1_767_225_600_012,
  lastError: { code: 'google-unavailable', at: 1_767_225_600_013 },
  connectedAt: 1_767_225_600_014,
  dueAt: 1_767_225_600_015,
})

export const someLink = (more: Partial<LinkFields> = {}): LinkFields => ({
  calendarId: 'primary',
  eventId: 'event1',
  generation: 0,
  event: 'live',
  intents: [],
  settingsVersion: 1,
  behind: false,
  kept: false,
  status: 'synced',
  notes: [],
  ...more,
})

/** Names that a plain object already has: a store that copies key by key loses them. */
const oddFieldNames: FieldFingerprints = JSON.parse('{"title":"1:t","__proto__":"1:p","constructor":"1:c"}')

/** Every field of a link. */
export const fullLink = (): Required<LinkFields> => ({
  calendarId: 'c_1@group.calendar.google.com',
  eventId: 'event-full',
  generation: 2,
  event: 'unknown',
  takenSince: 1_767_225_600_001,
  etag: '"3500000000000000"',
  sent: { whole: '1:whole', fields: oddFieldNames },
  seen: { title: '1:seen', location: '1:place' },
  writeNumber: 41,
  intents: [
    {
      kind: 'update',
      number: 40,
      at: 1_767_225_600_000,
      sent: { whole: '1:w', fields: { title: '1:t2' } },
      appVersion: 'v7',
      mailed: true,
      overwrites: ['title'],
      restores: true,
    },
  ],
  settingsVersion: 5,
  appVersion: 'v8 "quoted" é',
  behind: true,
  kept: true,
  detached: true,
  mailedVersion: 'v6',
  status: 'failed',
  problem: {
    code: 'google-refused',
    attempts: 3,
    since: 1_767_225_600_001,
    at: 1_767_225_600_002,
    parked: { tag: 'projection', settingsVersion: 5 },
    reported: true,
  },
  notes: ['overwritten', 'restored'],
  syncedAt: 1_767_225_600_003,
})
