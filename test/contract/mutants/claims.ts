import type { Claim, ClaimKey } from '../../../src/contracts/claim-store.ts'
import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import type { SyncStateStore } from '../../../src/contracts/state-store.ts'
import { mutantOf, override, type StateMutant } from './mutant.ts'

const mutant = mutantOf('claims')
const nameOf = (ref: AppointmentRef) => JSON.stringify([ref.workspaceId, ref.appointmentId])

/** Every fence that was ever given out for a ref passes as its newest. */
function withoutFencing(store: SyncStateStore, fenceOf: (claim: Claim) => number): SyncStateStore {
  const newest = new Map<string, number>()
  const given = new Set<string>()
  const real = (claim: ClaimKey): ClaimKey => {
    const name = nameOf(claim.ref)
    return given.has(`${name} ${claim.fence}`) ? { ...claim, fence: newest.get(name) ?? -1 } : claim
  }
  return {
    ...store,
    claims: override(store.claims, {
      async claim(ref, options) {
        const claim = await store.claims.claim(ref, options)
        if (!claim) return undefined
        newest.set(nameOf(ref), claim.fence)
        const fence = fenceOf(claim)
        given.add(`${nameOf(ref)} ${fence}`)
        return { ...claim, fence }
      },
      renew: (claim, options) => store.claims.renew(real(claim), options),
      finish: (claim, outcome) => store.claims.finish(real(claim), outcome),
    }),
    links: override(store.links, {
      write: (claim, write) => store.links.write(real(claim), write),
      remove: (claim, condition) => store.links.remove(real(claim), condition),
    }),
  }
}

const whole = (
  name: string,
  caughtBy: readonly string[],
  make: (store: SyncStateStore) => SyncStateStore,
): StateMutant => ({ name: `claims: ${name}`, caughtBy, make })

export const claimMutants: readonly StateMutant[] = [
  whole(
    'a claim does not raise the fence',
    [
      'claims: [2] each claim of a ref has a greater fence',
      'take-over: [4] finish answers null to one whose turn was taken over, and changes nothing',
      'link refusals: [1] refused with reason fence, and no change, once another claim raised it',
    ],
    store => {
      const first = new Map<string, number>()
      return withoutFencing(store, claim => {
        const name = nameOf(claim.ref)
        first.set(name, first.get(name) ?? claim.fence)
        return first.get(name) ?? 0
      })
    },
  ),
  whole(
    'old fences still pass',
    [
      'take-over: [3] renew answers null to one whose turn was taken over, and does not hide',
      'take-over: [4] finish answers null to one whose turn was taken over, and changes nothing',
      'take-over: [5] a claim whose hiding ran out is good until another claim raises the fence',
      'take-over: [2] after an erasure a claim of before is refused and fences go on growing',
      'link refusals: [1] refused with reason fence, and no change, once another claim raised it',
    ],
    store => withoutFencing(store, claim => claim.fence),
  ),
  whole(
    'fences count by ref and start at 1',
    ["claims: [2] a new ref's fence starts above every fence given out before"],
    store => {
      const count = new Map<string, number>()
      return withoutFencing(store, ({ ref }) => {
        count.set(nameOf(ref), (count.get(nameOf(ref)) ?? 0) + 1)
        return count.get(nameOf(ref)) ?? 0
      })
    },
  ),
  mutant(
    'a claim without a due mark raises the fence',
    ['claims: [1] a claim that finds no due mark does not raise the fence'],
    (inner, { marks }) => ({
      async claim(ref, options) {
        const claim = await inner.claim(ref, options)
        if (claim || (await marks.ofRef(ref)).length === 0) return claim
        await marks.insert([{ ref, lane: 'bulk', origin: 'found' }])
        const raised = await inner.claim(ref, { holdMs: 0 })
        if (!raised) return undefined
        const known = await marks.ofRef(ref)
        const extra = known.at(-1)?.id ?? ''
        await inner.finish(raised, { deleteMarks: [extra], addMarks: [] })
        return undefined
      },
    }),
  ),
  mutant(
    'a claim does not hide',
    [
      'claims: [1] of 20 racing claimers exactly one gets the turn',
      'claims: [1] a claim on a ref hidden by a live claim changes nothing',
      'due marks: [3] a ref hidden by a live claim is not due, and is again when the hiding ran out',
    ],
    inner => ({ claim: ref => inner.claim(ref, { holdMs: 0 }) }),
  ),
  mutant(
    'two racing claimers both get the turn',
    [
      'claims: [1] of 20 racing claimers exactly one gets the turn',
      'take-over: [1] a crash after the claim costs the time it hides: then it is taken over with the same marks',
    ],
    inner => {
      let last: Claim | undefined
      return {
        async claim(ref, options) {
          last = (await inner.claim(ref, options)) ?? last
          return last
        },
      }
    },
  ),
  mutant(
    'a claim is never taken over',
    [
      'take-over: [1] a crash after the claim costs the time it hides: then it is taken over with the same marks',
    ],
    inner => ({ claim: ref => inner.claim(ref, { holdMs: 1e9 }) }),
  ),
  mutant(
    'a claim answers due marks only',
    ['claims: [1] a claim answers all marks, due or not, and all links of exactly its ref'],
    inner => ({
      async claim(ref, options) {
        const claim = await inner.claim(ref, options)
        return claim && { ...claim, marks: claim.marks.filter(mark => mark.dueAt <= claim.now) }
      },
    }),
  ),
  mutant(
    'a claim answers links of one account only',
    ['claims: [1] a claim answers all marks, due or not, and all links of exactly its ref'],
    inner => ({
      async claim(ref, options) {
        const claim = await inner.claim(ref, options)
        return claim && { ...claim, links: claim.links.slice(0, 1) }
      },
    }),
  ),
  mutant(
    'a new mark voids the claim',
    ['claims: [3] a new mark does not void a claim'],
    (inner, { marks }) => ({
      async finish(claim, outcome) {
        const known = await marks.ofRef(claim.ref)
        return known.length > outcome.deleteMarks.length ? null : inner.finish(claim, outcome)
      },
    }),
  ),
  mutant(
    'renew does not hide for longer',
    ['claims: [3] renew hides for longer and says whether an unseen mark is due'],
    inner => ({ renew: (claim, options) => inner.renew(claim, { ...options, holdMs: 0 }) }),
  ),
  mutant(
    'renew counts marks that are not due',
    ['claims: [3] renew hides for longer and says whether an unseen mark is due'],
    (inner, { marks }) => ({
      async renew(claim, options) {
        const renewed = await inner.renew(claim, options)
        const unseen = (await marks.ofRef(claim.ref)).some(mark => !options.seen.includes(mark.id))
        return renewed && { newMarks: unseen }
      },
    }),
  ),
  mutant(
    'renew takes no notice of what was seen',
    ['claims: [3] renew hides for longer and says whether an unseen mark is due'],
    inner => ({ renew: (claim, options) => inner.renew(claim, { ...options, seen: [] }) }),
  ),
  mutant(
    'finish deletes all marks of the ref',
    [
      'claims: [4] finish deletes exactly the marks named, inserts those given, and ends the hiding',
      'claims: [3] a new mark does not void a claim',
    ],
    (inner, { marks }) => ({
      async finish(claim, outcome) {
        const all = (await marks.ofRef(claim.ref)).map(mark => mark.id)
        return inner.finish(claim, { ...outcome, deleteMarks: all })
      },
    }),
  ),
  mutant(
    'finish drops the marks it is given',
    ['claims: [4] finish deletes exactly the marks named, inserts those given, and ends the hiding'],
    inner => ({ finish: (claim, outcome) => inner.finish(claim, { ...outcome, addMarks: [] }) }),
  ),
  mutant(
    'finish leaves the ref hidden',
    ['claims: [4] finish deletes exactly the marks named, inserts those given, and ends the hiding'],
    inner => ({
      async finish(claim, outcome) {
        const finished = await inner.finish(claim, outcome)
        if (finished) await inner.renew(claim, { holdMs: 1e9, seen: [] })
        return finished
      },
    }),
  ),
  mutant(
    'finish says more for marks that are not due',
    ['claims: [4] finish says whether a due mark is left'],
    (inner, { marks }) => ({
      async finish(claim, outcome) {
        const finished = await inner.finish(claim, outcome)
        return finished && { more: (await marks.ofRef(claim.ref)).length > 0 }
      },
    }),
  ),
  mutant(
    'a refused finish inserts its marks all the same',
    ['take-over: [4] finish answers null to one whose turn was taken over, and changes nothing'],
    (inner, { marks }) => ({
      async finish(claim, outcome) {
        const finished = await inner.finish(claim, outcome)
        if (!finished) await marks.insert(outcome.addMarks)
        return finished
      },
    }),
  ),
  mutant(
    'a claim takes the marks away, so that a crash loses them',
    [
      'take-over: [1] a crash after the claim costs the time it hides: then it is taken over with the same marks',
      'two processes: [1] workers that claim, write, crash and are taken over lose no mark and never go back',
    ],
    inner => ({
      async claim(ref, options) {
        const claim = await inner.claim(ref, options)
        if (!claim) return undefined
        await inner.finish(claim, { deleteMarks: claim.marks.map(mark => mark.id), addMarks: [] })
        await inner.renew(claim, { ...options, seen: [] })
        return claim
      },
    }),
  ),
]
