import type { Appointment } from '../../../contracts/appointment.ts'
import { must, outcomeOf, race } from '../helpers.ts'
import type { Cases } from '../runner.ts'
import type { SourceHarness } from './harness.ts'

const STATUSES = ['confirmed', 'tentative', 'cancelled']

/** What lookups that compare loosely take for the same: numbers, UUIDs, collations. */
const SPELLINGS: readonly ((id: string) => string)[] = [
  id => id.toUpperCase(),
  id => id.toLowerCase(),
  id => `0${id}`,
  id => `+${id}`,
  id => `${id}.0`,
  id => `${id} `,
  id => ` ${id}`,
]

/** What is wrong with it at first sight; the library checks far more. */
function problemsOf(appointment: Appointment): string[] {
  const { userIds, start, end, durationMinutes, timeZone, allDay, status } = appointment
  const problems: string[] = []
  if (!Array.isArray(userIds) || userIds.some(id => typeof id !== 'string' || id === ''))
    problems.push('userIds')
  if (typeof start !== 'string' && !(start instanceof Date)) problems.push('start')
  if (typeof timeZone !== 'string' || timeZone === '') problems.push('timeZone')
  if (!STATUSES.includes(status)) problems.push('status')
  if (!allDay && (end === undefined) === (durationMinutes === undefined))
    problems.push('end or durationMinutes')
  return problems
}

export const readingCases: Cases<SourceHarness> = {
  '[1] get answers each appointment, well formed, and its account among the users': async ({
    source,
    known,
    account,
    expect,
  }) => {
    expect(known.length).toBeGreaterThan(2)
    for (const ref of known) {
      const appointment = must(await source.get(ref), 'the appointment')
      expect(problemsOf(appointment)).toEqual([])
      expect(appointment.userIds.includes(account.userId)).toBe(true)
    }
  },

  '[1] get answers undefined for what does not exist, also in another workspace': async ({
    source,
    known,
    unknown,
    expect,
  }) => {
    expect(await source.get(unknown)).toBe(undefined)
    for (const ref of known) {
      const elsewhere = { ...ref, workspaceId: `${ref.workspaceId} of others` }
      expect(await source.get(elsewhere)).toBe(undefined)
    }
  },

  '[1] get answers for an id in its own spelling alone': async ({ source, known, expect }) => {
    const ids = new Set(known.map(({ appointmentId }) => appointmentId))
    for (const ref of known)
      for (const respell of SPELLINGS) {
        const appointmentId = respell(ref.appointmentId)
        if (ids.has(appointmentId)) continue
        expect(await source.get({ ...ref, appointmentId })).toBe(undefined)
        if (source.getMany) expect(await source.getMany([{ ...ref, appointmentId }])).toEqual([undefined])
      }
  },

  '[1] get is the truth now: undefined once the appointment was removed': async ({
    source,
    known,
    remove,
    expect,
  }) => {
    const ref = must(known[0], 'a known ref')
    must(await source.get(ref), 'the appointment')
    await remove(ref)
    expect(await source.get(ref)).toBe(undefined)
  },

  '[1] calls in parallel answer the same as one by one': async ({ source, known, unknown, expect }) => {
    const refs = [...known, unknown]
    const one = []
    for (const ref of refs) one.push(await source.get(ref))
    const many = await race(refs.length * 5, async index =>
      source.get(must(refs[index % refs.length], 'a ref')),
    )
    for (const [index, appointment] of many.entries()) expect(appointment).toEqual(one[index % refs.length])
  },

  '[4] getMany answers what get answers, in the order asked': async ({ source, known, unknown, expect }) => {
    if (!source.getMany) return
    const refs = [unknown, ...[...known].reverse(), unknown, ...known]
    const expected = []
    for (const ref of refs) expected.push(await source.get(ref))
    const found = await source.getMany(refs)
    expect(found.length).toBe(refs.length)
    expect([...found]).toEqual(expected)
    expect(found[0]).toBe(undefined)
    expect([...(await source.getMany([]))]).toEqual([])
  },

  '[5] apply is idempotent on the id of the change': async ({ source, aChange, expect }) => {
    if (!source.apply) return
    const change = must(await aChange?.(), "the fixture's aChange, or the case skipped with a reason")
    expect(await source.apply(change)).toBe('applied')
    const after = must(await source.get(change.ref), 'the appointment')
    expect(after.version).not.toBe(change.version)
    const again = await source.apply(change)
    expect(again === 'applied' || again === 'unchanged').toBe(true)
    expect(await source.get(change.ref)).toEqual(after)
  },

  '[5] apply takes no change that was made on another version': async ({ source, aChange, expect }) => {
    if (!source.apply) return
    const change = must(await aChange?.(), "the fixture's aChange, or the case skipped with a reason")
    const before = await source.get(change.ref)
    const stale = { ...change, id: `${change.id} stale`, version: `not ${change.version}` }
    expect(await source.apply(stale)).not.toBe('applied')
    expect(await source.get(change.ref)).toEqual(before)
  },

  '[6] trouble is thrown, never answered as an appointment that is gone or an empty listing': async ({
    source,
    account,
    endsAfter,
    known,
    breakDown,
    expect,
  }) => {
    if (!breakDown)
      throw new Error("Expected the fixture's breakDown: give it, or skip the case and say why.")
    const ref = must(known[0], 'a known ref')
    await breakDown()
    const call = async (run: () => unknown) => outcomeOf((async () => run())())
    expect(await call(() => source.get(ref))).not.toBe('resolved')
    expect(await call(() => source.changes({ account, endsAfter, limit: 10 }))).not.toBe('resolved')
    if (source.getMany) expect(await call(() => source.getMany?.([ref]))).not.toBe('resolved')
  },
}
