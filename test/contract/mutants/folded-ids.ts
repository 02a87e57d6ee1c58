import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import { mutantOf, type StateMutant } from './mutant.ts'

const claims = mutantOf('claims')
const connections = mutantOf('connections')
const leases = mutantOf('leases')
const links = mutantOf('links')
const marks = mutantOf('marks')

const folded = (ref: AppointmentRef): AppointmentRef => ({
  ...ref,
  appointmentId: ref.appointmentId.toLowerCase(),
})

/** What a database does whose collation takes different ids for the same, and others near them. */
export const foldedIdMutants: readonly StateMutant[] = [
  connections(
    'users are told apart by their first 254 characters',
    ['awkward ids: [4] connections of awkward accounts are rows of their own'],
    inner => ({ get: account => inner.get({ ...account, userId: account.userId.slice(0, 254) }) }),
  ),
  claims(
    'refs are claimed in any case',
    ['awkward ids: [4] marks and claims of awkward refs are turns of their own'],
    inner => ({ claim: (ref, options) => inner.claim(folded(ref), options) }),
  ),
  links(
    'refs are looked up in any case',
    ['awkward ids: [4] links with awkward refs, targets and event ids are rows of their own'],
    inner => ({ ofRef: ref => inner.ofRef(folded(ref)) }),
  ),
  leases(
    'names are trimmed',
    ['awkward ids: [4] findings, pending authorizations and leases of awkward ids are rows of their own'],
    inner => ({ acquire: (name, holder, ttlMs) => inner.acquire(name.trim(), holder, ttlMs) }),
  ),
  links(
    'a field has no column',
    ['links: [1] a write that nothing stands against is taken and answers what a read answers'],
    inner => ({
      ofRef: async ref => (await inner.ofRef(ref)).map(({ mailedVersion: _, ...link }) => link),
    }),
  ),
  marks(
    'due refs are answered once',
    ['due marks: [3] due refs are answered to every process that asks'],
    inner => {
      const given = new Set<string>()
      return {
        async dueRefs(options) {
          const fresh = (await inner.dueRefs(options)).filter(due => !given.has(JSON.stringify(due.ref)))
          for (const due of fresh) given.add(JSON.stringify(due.ref))
          return fresh
        },
      }
    },
  ),
]
