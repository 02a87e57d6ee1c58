import type { AccountRef } from '../../src/index.ts'
import { SeededRandom } from '../../src/testing/index.ts'
import type { HostRow } from './host-table.ts'

export interface Person {
  readonly account: AccountRef
  readonly email: string
}

/** Eight users in three workspaces; ids repeat between them, so that a mix-up shows. */
export const PEOPLE: readonly Person[] = [
  ['w1', 3],
  ['w2', 3],
  ['w3', 2],
].flatMap(([workspaceId, count]) =>
  Array.from({ length: Number(count) }, (_, index) => ({
    account: { workspaceId: String(workspaceId), userId: `u${index + 1}` },
    email: `u${index + 1}@${workspaceId}.example`,
  })),
)

export type Edit =
  | { readonly kind: 'write'; readonly row: HostRow }
  | { readonly kind: 'delete'; readonly row: HostRow }

export interface Plan {
  /** There before anybody connects. */
  readonly first: readonly HostRow[]
  /** In this order, while workers die. */
  readonly edits: readonly Edit[]
}

const DAY_MS = 86_400_000
const SHARE_FIRST = 0.8
const EDITS_PER_APPOINTMENT = 0.4

/** The same seed gives the same plan. */
export function makePlan(seed: number, size: number, from: number): Plan {
  const random = new SeededRandom(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.float() * list.length)] as T
  let version = 0
  const rowFor = (person: Person, id: string): HostRow => ({
    workspace_id: person.account.workspaceId,
    id,
    user_id: person.account.userId,
    title: `${person.account.workspaceId} ${id} v${++version}`,
    starts_at:
      Math.ceil(from / DAY_MS) * DAY_MS +
      DAY_MS +
      Math.floor(random.float() * 200) * DAY_MS +
      Math.floor(random.float() * 96) * 900_000,
    updated_at: 0,
  })
  const rows = Array.from({ length: size }, (_, index) => {
    const person = PEOPLE[index % PEOPLE.length] as Person
    return rowFor(person, `a${Math.floor(index / PEOPLE.length)}-${person.account.userId}`)
  })
  const split = Math.floor(size * SHARE_FIRST)
  const first = rows.slice(0, split)
  const live = [...first]
  const creations: Edit[] = rows.slice(split).map(row => ({ kind: 'write', row }))
  const changes: Edit[] = []
  for (let count = Math.floor(size * EDITS_PER_APPOINTMENT); count > 0; count--) {
    const row = pick(live)
    const chance = random.float()
    const inWorkspace = PEOPLE.filter(({ account }) => account.workspaceId === row.workspace_id)
    // A deleted one may be written again later: it comes back to life.
    if (chance < 0.25) changes.push({ kind: 'delete', row })
    else {
      const owner = inWorkspace.find(({ account }) => account.userId === row.user_id) as Person
      const next = rowFor(chance < 0.4 ? pick(inWorkspace) : owner, row.id)
      live[live.indexOf(row)] = next
      changes.push({ kind: 'write', row: next })
    }
  }
  return { first, edits: [...mixed(creations, changes, random)] }
}

/** Each list keeps its own order: changes of one appointment follow each other. */
function* mixed(one: readonly Edit[], two: readonly Edit[], random: SeededRandom): Generator<Edit> {
  const [left, right] = [[...one], [...two]]
  while (left.length + right.length > 0) {
    const from = random.float() < left.length / (left.length + right.length) ? left : right
    const next = from.shift()
    if (next) yield next
  }
}
