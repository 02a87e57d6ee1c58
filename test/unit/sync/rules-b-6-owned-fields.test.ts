import { describe, expect, it } from 'vitest'
import type { JsonObject, TestKit } from '../../../src/testing/index.ts'
import {
  appointment,
  calls,
  connectedKit,
  DANA,
  dana,
  forget,
  issueCodes,
  kitWithEvent,
  linkOf,
  methods,
  only,
  ref,
} from './helpers-scenario.ts'

const NOTES_ON = { acknowledgements: [{ setting: 'includeNotes', textId: 'notes-1' }] } as const
const MAIL_ON = { acknowledgements: [{ setting: 'notifyClients', textId: 'mail-1' }] } as const

async function turnOn(kit: TestKit, setting: 'includeNotes' | 'notifyClients'): Promise<void> {
  const agreed = setting === 'includeNotes' ? NOTES_ON : MAIL_ON
  await kit.run(() => kit.sync.updateSettings(dana, { [setting]: true }, agreed))
  await kit.settle()
  forget(kit)
}

/** The body of the last PATCH, without the stamp. */
function patched(kit: TestKit): JsonObject {
  const patch = calls(kit).findLast(({ method }) => method === 'events.patch')
  const { extendedProperties: _stamp, ...body } = patch?.body ?? {}
  return body
}

describe('B6: only the fields we own', () => {
  const BY_HAND: Readonly<Record<string, JsonObject>> = {
    colour: { colorId: '4' },
    reminders: { reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] } },
    location: { location: 'my own note of where' },
    description: { description: 'private thoughts' },
    guests: { attendees: [{ email: 'colleague@example.com' }] },
    'shared properties': { extendedProperties: { shared: { other: 'app' } } },
    'private properties of another app': { extendedProperties: { private: { other: 'app' } } },
    source: { source: { url: 'https://example.com/', title: 'Elsewhere' } },
    attachments: { attachments: [{ fileUrl: 'https://example.com/file', title: 'A file' }] },
    'guest rights': { guestsCanModify: true },
  }

  it.each(Object.entries(BY_HAND))('B6: %s added in Google survives an edit', async (_name, change) => {
    const { kit, eventId } = await kitWithEvent()
    const edited = kit.google.control.editEvent(DANA, eventId, change)
    kit.book.change(ref(), { title: 'Changed', start: '2026-11-24T09:00' })
    await kit.changed(ref())
    const after = only(kit.events(DANA))
    expect(after).toMatchObject({ ...change, summary: 'Changed' })
    const { extendedProperties: _a, ...before } = edited
    const moving = ['etag', 'updated', 'summary', 'start', 'end', 'sequence', 'extendedProperties']
    for (const key of Object.keys(before)) if (!moving.includes(key)) expect(after[key]).toEqual(before[key])
    expect(kit.issues).toEqual([])
  })

  it('B6: visibility and transparency are set on insert and not fought over', async () => {
    const { kit, event, eventId } = await kitWithEvent()
    expect(event).toMatchObject({ visibility: 'private' })
    kit.google.control.editEvent(DANA, eventId, { visibility: 'public', transparency: 'transparent' })
    kit.book.change(ref(), { title: 'Changed' })
    await kit.changed(ref())
    await kit.sync.syncNow(dana)
    await kit.settle()
    expect(kit.events(DANA)).toMatchObject([
      { summary: 'Changed', visibility: 'public', transparency: 'transparent' },
    ])
    expect(kit.issues).toEqual([])
  })

  it('B6: guests keep their answers', async () => {
    const kit = await connectedKit()
    await turnOn(kit, 'notifyClients')
    kit.book.put(ref(), appointment({ client: { email: 'client@example.com', mayBeInvited: true } }))
    await kit.changed(ref())
    const { id } = only(kit.events(DANA))
    const answered = { email: 'client@example.com', responseStatus: 'accepted', comment: 'See you' }
    kit.google.control.editEvent(DANA, String(id), { attendees: [answered] })
    forget(kit)
    kit.book.change(ref(), { title: 'Changed' })
    await kit.changed(ref())
    expect(patched(kit)).toEqual({ summary: 'Changed' })
    expect(kit.events(DANA)).toMatchObject([{ attendees: [answered] }])
    expect(kit.issues).toEqual([])
  })

  it('B6: also when the list of guests itself changes', async () => {
    const guests = { emails: ['one@example.com'] }
    const kit = await connectedKit({
      sync: {
        mapping: {
          mapEvent: (_visible, draft) => ({ ...draft, attendees: guests.emails.map(email => ({ email })) }),
        },
      },
    })
    await turnOn(kit, 'notifyClients')
    kit.book.put(ref(), appointment({ client: { email: 'one@example.com', mayBeInvited: true } }))
    await kit.changed(ref())
    const { id } = only(kit.events(DANA))
    kit.google.control.editEvent(DANA, String(id), {
      attendees: [{ email: 'one@example.com', responseStatus: 'declined' }],
    })
    guests.emails.push('two@example.com')
    kit.book.change(ref(), { version: 'next' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([
      {
        attendees: [
          { email: 'one@example.com', responseStatus: 'declined' },
          { email: 'two@example.com', responseStatus: 'needsAction' },
        ],
      },
    ])
  })

  it('B6: a field the app empties is nulled', async () => {
    const { kit } = await kitWithEvent({ location: 'Room 1' })
    kit.book.change(ref(), { location: undefined })
    await kit.changed(ref())
    expect(methods(kit)).toEqual(['events.patch'])
    expect(patched(kit)).toEqual({ location: null })
    expect(only(kit.events(DANA)).location).toBeUndefined()
    expect(kit.issues).toEqual([])
  })

  it('B6: a field the user edited and the app emptied stays, and is reported', async () => {
    const { kit, eventId } = await kitWithEvent({ location: 'Room 1' })
    kit.google.control.editEvent(DANA, eventId, { location: 'Where I say' })
    kit.book.change(ref(), { location: undefined, title: 'Changed' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Changed', location: 'Where I say' }])
    expect(kit.issues).toEqual([{ code: 'field-kept', account: dana, ref: ref(), fields: ['location'] }])
    expect((await linkOf(kit)).notes).toEqual(['field-kept'])
    // It is the user's from now on: no second report, and no write for it.
    forget(kit)
    await kit.changed(ref())
    expect(methods(kit)).toEqual([])
    kit.book.change(ref(), { title: 'Changed again' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Changed again', location: 'Where I say' }])
    expect(issueCodes(kit)).toEqual(['field-kept'])
  })

  it('B6: emptied alone, with an edit under it: nothing but the report', async () => {
    const { kit, eventId } = await kitWithEvent({ location: 'Room 1' })
    kit.google.control.editEvent(DANA, eventId, { location: 'Where I say' })
    kit.book.change(ref(), { location: undefined })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ summary: 'Session', location: 'Where I say' }])
    expect(issueCodes(kit)).toEqual(['field-kept'])
  })

  it('B6: a field kept is the app’s again once it has a value', async () => {
    const { kit, eventId } = await kitWithEvent({ location: 'Room 1' })
    kit.google.control.editEvent(DANA, eventId, { location: 'Where I say' })
    kit.book.change(ref(), { location: undefined })
    await kit.changed(ref())
    kit.book.change(ref(), { location: 'Room 2' })
    await kit.changed(ref())
    expect(kit.events(DANA)).toMatchObject([{ location: 'Room 2' }])
  })

  it('B6: a privacy scrub always nulls, whatever the user wrote there', async () => {
    const kit = await connectedKit()
    await turnOn(kit, 'includeNotes')
    kit.book.put(ref(), appointment({ notes: 'What was said' }))
    await kit.changed(ref())
    const { id, description } = only(kit.events(DANA))
    expect(description).toBe('What was said')
    kit.google.control.editEvent(DANA, String(id), { description: 'What was said, and more' })
    await kit.run(() => kit.sync.updateSettings(dana, { includeNotes: false }))
    await kit.settle()
    expect(patched(kit)).toMatchObject({ description: null })
    expect(only(kit.events(DANA)).description).toBeUndefined()
  })

  it('B6: timed to all-day nulls the time, and back', async () => {
    const { kit } = await kitWithEvent()
    kit.book.put(ref(), appointment({ allDay: true, start: '2026-11-24', durationMinutes: undefined }))
    await kit.changed(ref())
    expect(patched(kit)).toEqual({
      start: { date: '2026-11-24', dateTime: null, timeZone: null },
      end: { date: '2026-11-25', dateTime: null, timeZone: null },
    })
    expect(kit.events(DANA)).toMatchObject([{ start: { date: '2026-11-24' }, end: { date: '2026-11-25' } }])
    forget(kit)
    kit.book.put(ref(), appointment())
    await kit.changed(ref())
    expect(patched(kit)).toMatchObject({
      start: { date: null, dateTime: '2026-11-24T15:00:00+01:00' },
      end: { date: null, dateTime: '2026-11-24T15:50:00+01:00' },
    })
    expect(kit.events(DANA)).toMatchObject([{ start: { dateTime: '2026-11-24T15:00:00+01:00' } }])
    expect(only(kit.events(DANA)).start).not.toHaveProperty('date')
    forget(kit)
    await kit.changed(ref())
    expect(methods(kit)).toEqual([])
  })

  it('B6: a series that becomes a single appointment loses its rule', async () => {
    const { kit } = await kitWithEvent({ recurrence: ['RRULE:FREQ=WEEKLY;COUNT=4'] })
    kit.book.change(ref(), { recurrence: undefined })
    await kit.changed(ref())
    expect(patched(kit)).toMatchObject({ recurrence: [] })
    expect(only(kit.events(DANA)).recurrence).toBeUndefined()
  })

  it('B6: tentative that becomes confirmed says so', async () => {
    const { kit, event } = await kitWithEvent({ status: 'tentative' })
    expect(event.status).toBe('tentative')
    kit.book.change(ref(), { status: 'confirmed' })
    await kit.changed(ref())
    expect(patched(kit)).toEqual({ status: 'confirmed' })
    expect(kit.events(DANA)).toMatchObject([{ status: 'confirmed' }])
  })
})
