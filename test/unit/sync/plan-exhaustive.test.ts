import { beforeAll, describe, expect, it } from 'vitest'
import { LATE_WRITE_MS } from '../../../src/sync/limits.ts'
import { plan, type Step } from '../../../src/sync/plan.ts'
import { type Case, FIELDS, NOW, parked, SETTINGS, taken, unparked, VERSION } from './plan-domain.ts'

type Patch = Extract<Step, { do: 'patch' }>
type Rule = (of: Case, step: Step) => boolean | undefined

const WRITES: ReadonlySet<string> = new Set(['insert', 'revive', 'patch', 'delete'])
const isWrite = (step: Step) => WRITES.has(step.do)

/** Writes that may still bring an event about. */
const mayAppear = ({ view }: Case) => view.link.intents.filter(({ kind }) => kind !== 'delete')
const isGone = ({ view }: Case) => view.link.event === 'none' || view.link.event === 'deleted'
const isPresent = ({ wanted }: Case) => wanted.kind === 'present'
const isUserKept = ({ view, context }: Case) => view.link.kept && !context.told
/** Our event, or none: nothing of a stranger's is in the way. */
const isOurs = ({ view }: Case) => !view.foreign

const whenPatch = (check: (of: Case, step: Patch) => boolean | undefined): Rule => {
  return (of, step) => (step.do === 'patch' ? check(of, step) : undefined)
}

/** A person's edit: seen by this run, or overwritten by a write whose outcome is unknown. */
function isEdited({ view }: Case, field: string): boolean {
  return view.drifted.includes(field)
}

function wasMailed({ view: { link } }: Case): boolean {
  const tried = link.intents.some(({ mailed, appVersion }) => mailed && appVersion === VERSION)
  return tried || link.mailedVersion === VERSION
}

/** Each says what must hold of a step, and is `undefined` where it has nothing to say. */
const RULES: Readonly<Record<string, Rule>> = {
  'B1: a wait ends when no write can land any more, and not before': (of, step) => {
    if (step.do !== 'wait') return undefined
    const lands = mayAppear(of).map(({ at }) => at + LATE_WRITE_MS)
    return step.ms >= 1 && step.ms <= LATE_WRITE_MS && lands.every(at => NOW + step.ms >= at)
  },
  'B1: a wait has a write to wait for': (of, step) =>
    step.do === 'wait' ? of.view.link.intents.length > 0 : undefined,

  'B2: present is never taken for done while an intent is open': (of, step) =>
    isPresent(of) && of.view.link.intents.length > 0 ? step.do !== 'done' : undefined,
  'B2: absent and not found is never done while a write may still land': (of, step) => {
    if (isPresent(of) || isUserKept(of) || !isGone(of) || mayAppear(of).length === 0) return undefined
    return step.do === 'wait' || step.do === 'read'
  },
  'B2: absent and not found waits once that was just read': (of, step) => {
    if (isPresent(of) || isUserKept(of) || !isGone(of) || mayAppear(of).length === 0) return undefined
    return of.view.fresh ? step.do === 'wait' : undefined
  },
  'B2: an open delete does not hold up an event that is not wanted': (of, step) => {
    const { view, context } = of
    if (isPresent(of) || isUserKept(of) || !isOurs(of) || mayAppear(of).length > 0) return undefined
    if (view.link.event !== 'none' || context.verify) return undefined
    return step.do === 'done' && step.as === 'synced'
  },
  'B2: done means that nothing differs': (of, step) => {
    if (!isPresent(of) || step.do !== 'done' || step.as !== 'synced') return undefined
    const { link, observed, drifted } = of.view
    const base = link.sent?.fields ?? observed ?? {}
    const isSame = Object.entries(FIELDS).every(([field, print]) => base[field] === print)
    const isRewritten = link.sent !== undefined && drifted.some(field => field in FIELDS)
    return link.event === 'live' && isSame && !isRewritten
  },

  'B3: what changes or removes an event carries its etag': (of, step) =>
    ['patch', 'delete', 'revive'].includes(step.do) ? of.view.link.etag !== undefined : undefined,
  'B3: with the etag unknown an event is read before anything else is done': (of, step) => {
    if (of.view.link.event !== 'live' || of.view.link.etag !== undefined || !isOurs(of)) return undefined
    return isUserKept(of) && !isPresent(of) ? step.do === 'done' : step.do === 'read'
  },
  'B3: an event in doubt is read, never written': (of, step) =>
    of.view.link.event === 'unknown' ? !isWrite(step) && (step.do !== 'done' || isUserKept(of)) : undefined,

  'B4: an insert is for what never was, a revival for a tombstone, the rest for a live event': (of, step) => {
    if (!isWrite(step)) return undefined
    const fits: Readonly<Record<string, string>> = {
      insert: 'none',
      revive: 'deleted',
      patch: 'live',
      delete: 'live',
    }
    return fits[step.do] === of.view.link.event
  },
  'B4: the generation goes up for a stranger or a refusal alone, and never past a write that may land': (
    of,
    step,
  ) => {
    if (step.do !== 'raise-generation') return undefined
    return (of.view.foreign || of.view.reviveRefused) && mayAppear(of).length === 0
  },
  'B4: a refused revival is not tried again': (of, step) =>
    of.view.reviveRefused && of.view.link.event === 'deleted' ? step.do !== 'revive' : undefined,

  "B5: a stranger's event is never written": (of, step) => (isOurs(of) ? undefined : !isWrite(step)),

  'B6: only the fields we own are sent': whenPatch((of, { write, clear, keep }) => {
    const known = { ...of.view.link.sent?.fields, ...of.view.observed }
    const disjoint = new Set([...write, ...clear, ...keep]).size === write.length + clear.length + keep.length
    return (
      disjoint &&
      write.every(field => field in FIELDS) &&
      clear.every(field => !(field in FIELDS) && field in known)
    )
  }),
  'B6: what the app changed is sent': whenPatch((of, { write }) => {
    const base = of.view.link.sent?.fields ?? of.view.observed ?? {}
    return Object.entries(FIELDS).every(([field, print]) => base[field] === print || write.includes(field))
  }),
  'B6: what nobody changed is not sent': whenPatch((of, { write }) => {
    const base = of.view.link.sent?.fields ?? of.view.observed ?? {}
    return write.every(field => base[field] !== FIELDS[field] || isEdited(of, field))
  }),
  'B6: a field the app emptied and a person rewrote stays': whenPatch((of, { keep, clear }) => {
    const { link, drifted } = of.view
    if (link.settingsVersion !== SETTINGS || !drifted.includes('description')) return undefined
    if (link.sent?.fields.description === undefined) return undefined
    return keep.includes('description') && !clear.includes('description')
  }),
  'B6: a field is kept for an edit alone': whenPatch((of, { keep }) =>
    keep.every(field => isEdited(of, field)),
  ),
  'B6: the guest list is replaced only after it was read': whenPatch(({ view }, { write }) =>
    write.includes('attendees') && view.link.sent?.fields.attendees !== undefined ? view.fresh : undefined,
  ),
  'D5: a scrub always empties': (of, step) => {
    const { link } = of.view
    const isWithheld = link.sent?.fields.description !== undefined
    if (!isPresent(of) || !isOurs(of) || link.event !== 'live' || !isWithheld) return undefined
    if (link.settingsVersion === SETTINGS) return undefined
    if (step.do === 'read') return true
    return step.do === 'patch' && step.clear.includes('description') && step.keep.length === 0
  },
  'D2: what an event of an unknown base shows, and the app withholds, goes': (of, step) => {
    const { link, observed } = of.view
    if (!isPresent(of) || !isOurs(of) || link.event !== 'live' || link.sent !== undefined) return undefined
    if (observed === undefined) return step.do === 'read'
    if (observed.description === undefined || step.do === 'read') return undefined
    return step.do === 'patch' && step.clear.includes('description')
  },

  'B7: a step asks for no second read of what was just read': ({ view }, step) => {
    const { event, etag } = view.link
    const isKnown =
      event === 'none' || (etag !== undefined && (event === 'deleted' || view.observed !== undefined))
    return view.fresh && event !== 'unknown' && isKnown ? step.do !== 'read' : undefined
  },

  "B8: a person's edit of what the app owns is overwritten, and named": whenPatch(
    (of, { write, overwrites }) => {
      const { link, drifted } = of.view
      if (link.sent === undefined) return overwrites.every(field => drifted.includes(field))
      const own = drifted.filter(field => field in FIELDS)
      return own.every(field => write.includes(field) && overwrites.includes(field))
    },
  ),
  'B8: an edit that was seen is written over': whenPatch((of, { write }) =>
    of.view.link.sent && isEdited(of, 'summary') ? write.includes('summary') : undefined,
  ),
  'B8: an edit whose overwriting is in doubt is looked at first': whenPatch(({ view }) =>
    view.link.intents.some(({ overwrites }) => overwrites) ? view.observed !== undefined : undefined,
  ),
  'B8: a past event gone in Google stays gone': (of, step) => {
    const { wanted, view } = of
    if (wanted.kind === 'absent' || wanted.future || !isGone(of) || !isOurs(of)) return undefined
    if (view.link.sent === undefined || view.link.intents.length > 0) return undefined
    return step.do === 'done' && step.as === 'gone-in-google'
  },
  'B8: a future event gone in Google comes back, and that is told': (of, step) => {
    const { wanted, view } = of
    if (wanted.kind === 'absent' || !wanted.future || !isGone(of) || !isOurs(of)) return undefined
    if (view.link.sent === undefined) return undefined
    if (step.do === 'insert' || step.do === 'revive') return step.restores
    return ['read', 'wait', 'raise-generation'].includes(step.do)
  },
  'B8: nothing is said to come back that was never there': (of, step) =>
    step.do === 'insert' || step.do === 'revive'
      ? step.restores === (of.view.link.sent !== undefined)
      : undefined,
  'B8: a retry reads a live event first': (of, step) => {
    const { view, context } = of
    if (!context.verify || view.fresh || view.link.event !== 'live' || !isOurs(of)) return undefined
    return step.do === 'read' || (!isPresent(of) && isUserKept(of))
  },
  'B8: a retry looks whether an unwanted event was taken out of the bin': (of, step) => {
    const { view, context } = of
    if (!context.verify || view.fresh || view.link.event !== 'deleted' || !isOurs(of)) return undefined
    return isPresent(of) || isUserKept(of) ? undefined : step.do === 'read'
  },

  'B9: a write mails when that is asked for and was not tried, and else never': (of, step) => {
    if (!('mail' in step)) return undefined
    return step.mail === (of.wanted.kind === 'present' && of.wanted.mail && !wasMailed(of))
  },

  'B11: what is outside the window and not linked is not created': (of, step) => {
    const { wanted, view } = of
    if (wanted.kind === 'absent' || wanted.inWindow || !isGone(of) || !isOurs(of)) return undefined
    if (view.link.sent !== undefined || view.link.intents.length > 0) return undefined
    return step.do === 'done' && step.as === 'out-of-window'
  },
  'B11: what is linked is kept in step whatever the window': (of, step) => {
    const { wanted, view } = of
    if (wanted.kind === 'absent' || wanted.inWindow || view.link.event !== 'live') return undefined
    return same(step, plan(view, { ...wanted, inWindow: true }, of.context))
  },
  'B11: what is inside the window and was never there is created': (of, step) => {
    const { wanted, view } = of
    if (wanted.kind === 'absent' || !wanted.inWindow || view.link.event !== 'none' || !isOurs(of))
      return undefined
    return view.link.sent === undefined ? step.do === 'insert' : undefined
  },

  'C5: what the app wants is never deleted': (of, step) => (isPresent(of) ? step.do !== 'delete' : undefined),
  'C5: what it does not want is never written': (of, step) =>
    isPresent(of) ? undefined : !['insert', 'revive', 'patch'].includes(step.do),
  'C5: what the user decided to keep is left alone until the host speaks': (of, step) => {
    if (isPresent(of) || !of.view.link.kept || !isOurs(of)) return undefined
    const left = step.do === 'done' && step.as === 'kept'
    return of.context.told ? !left : left
  },
  'C5: a live event that is ours and not wanted is deleted, or read first': (of, step) => {
    if (isPresent(of) || isUserKept(of) || !isOurs(of) || of.view.link.event !== 'live') return undefined
    return step.do === 'delete' || step.do === 'read'
  },
}

function same(a: Step, b: Step): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

describe('the planner over its whole domain', () => {
  const applied = new Map<string, number>()
  const broken = new Map<string, string[]>()
  const steps = new Map<string, number>()
  const restless: string[] = []
  let cases = 0

  beforeAll(() => {
    for (const of of unparked()) {
      cases++
      const step = plan(of.view, of.wanted, of.context)
      const name = step.do === 'done' ? `done ${step.as}` : step.do
      steps.set(name, (steps.get(name) ?? 0) + 1)
      if (cases % 7 === 0 && !same(step, plan(of.view, of.wanted, of.context)))
        restless.push(JSON.stringify(of))
      for (const [rule, holds] of Object.entries(RULES)) {
        const held = holds(of, step)
        if (held === undefined) continue
        applied.set(rule, (applied.get(rule) ?? 0) + 1)
        if (held) continue
        const examples = broken.get(rule) ?? []
        broken.set(rule, examples)
        if (examples.length < 3) examples.push(JSON.stringify({ ...of, step }))
      }
    }
  }, 120_000)

  it('has some millions of cases, and reaches every step often', () => {
    expect(cases).toBeGreaterThan(1_000_000)
    const rare = [...steps].filter(([, times]) => times < 1_000)
    expect(rare).toEqual([])
    expect([...steps.keys()].sort()).toEqual([
      'delete',
      'done gone-in-google',
      'done kept',
      'done out-of-window',
      'done synced',
      'insert',
      'patch',
      'raise-generation',
      'read',
      'revive',
      'wait',
    ])
  })

  it('answers the same twice', () => expect(restless).toEqual([]))

  it.each(Object.keys(RULES))('%s', rule => {
    expect(broken.get(rule) ?? []).toEqual([])
    expect(applied.get(rule) ?? 0).toBeGreaterThan(500)
  })

  it('B4: an id that stays taken with nothing there is given up after five minutes, up to generation 3', () => {
    const wrong: string[] = []
    const seen = new Map<string, number>()
    for (const of of taken()) {
      const { link, fresh } = of.view
      const step = plan(of.view, of.wanted, of.context)
      const since = link.takenSince ?? NOW
      // Nothing of ours is under way, a read lags no longer, and adoption will still look for the new id.
      const may = fresh && link.intents.length === 0 && NOW - since > LATE_WRITE_MS && link.generation < 3
      const isRaised = step.do === 'raise-generation'
      const wouldInsert = plan(
        { ...of.view, link: { ...link, takenSince: undefined } },
        of.wanted,
        of.context,
      )
      const should = may && wouldInsert.do === 'insert'
      seen.set(step.do, (seen.get(step.do) ?? 0) + 1)
      // Nothing but an insert gives way to it.
      if ((isRaised !== should || (!isRaised && !same(step, wouldInsert))) && wrong.length < 3)
        wrong.push(JSON.stringify({ ...of, step }))
    }
    expect(wrong).toEqual([])
    expect(seen.get('raise-generation')).toBeGreaterThan(100)
    expect(seen.get('insert')).toBeGreaterThan(1_000)
  })

  it('C3: a parked link waits until appointment, mapping or settings change, or somebody retries', () => {
    const wrong: string[] = []
    let parkedCases = 0
    let waiting = 0
    for (const of of parked()) {
      parkedCases++
      const step = plan(of.view, of.wanted, of.context)
      const waits = of.isUnchanged && !of.context.verify
      if (waits) waiting++
      if ((step.do === 'parked') !== waits && wrong.length < 3) wrong.push(JSON.stringify({ ...of, step }))
    }
    expect(wrong).toEqual([])
    expect(parkedCases).toBeGreaterThan(10_000)
    expect(waiting).toBe(parkedCases / 8)
  })
})
