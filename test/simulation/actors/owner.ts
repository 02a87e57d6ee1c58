import type { Works } from '../../../src/assembly.ts'
import type { ConnectionSettings } from '../../../src/contracts/settings.ts'
import { scopesFor } from '../../../src/oauth/index.ts'
import { changeConnection } from '../../../src/sync/connection-state.ts'
import { disconnect } from '../../../src/sync/disconnect/disconnect.ts'
import { decideMassChange } from '../../../src/sync/mass-change.ts'
import { newId } from '../../../src/sync/new-id.ts'
import { changeSettings } from '../../../src/sync/settings-change.ts'
import { accountId } from '../ledger.ts'
import type { Stage } from '../stage.ts'
import type { WorkloadName } from '../workloads.ts'
import type { Member, World } from '../world.ts'

/** What an account's owner does in the app: as the public class does it, on some process that is up. */
export function ownerActs(world: World): void {
  const { acts } = world
  const member = acts.pick(world.setup.members)
  switch (acts.pick(ownerActsIn(world.setup.workload))) {
    case 'sync':
      syncNow(world, member)
      break
    case 'retry':
      retry(world)
      break
    case 'settings':
      flipSetting(world, member)
      break
    case 'disconnect':
      leave(world, member, acts.pick(['keep', 'remove'] as const))
      break
    case 'connect':
      connect(world, member)
      break
    case 'target':
      connect(world, member, true)
      break
  }
}

/** What owners do in a workload, each as often as it is named. */
export function ownerActsIn(workload: WorkloadName) {
  if (workload === 'privacy') return ['settings', 'settings', 'settings', 'sync'] as const
  if (workload === 'ties')
    return ['sync', 'retry', 'settings', 'disconnect', 'connect', 'connect', 'target'] as const
  if (workload === 'farewell') return ['disconnect', 'disconnect', 'connect', 'connect', 'settings'] as const
  return ['sync', 'sync', 'retry', 'settings'] as const
}

/** Trouble that comes from Google's side of the tie. */
export function tieTrouble(world: Stage): void {
  const { acts } = world
  const member = acts.pick(world.setup.members)
  const { control } = world.google
  const kind = acts.pick(['expire', 'revoke', 'quota', 'calendar'] as const)
  if (kind === 'expire') control.expireAccessTokens(member.email)
  if (kind === 'revoke' && world.setup.workload === 'ties') {
    control.revokeGrant(member.email)
    world.ledger.ties.push({ at: world.now, account: accountId(member.account), kind: 'trouble' })
    world.note(`google: the grant of ${member.email} is revoked`)
  }
  if (kind === 'quota') {
    control.freezeWrites(member.email, acts.pick([10_000, 200_000, 4_000_000]))
    world.note(`google: writes of ${member.email} rest`)
  }
  if (kind === 'calendar') loseCalendar(world, member)
}

export function syncNow(world: World, member: Member): void {
  onWorks(world, `syncs ${accountId(member.account)} now`, async ({ deps, engine }) => {
    const now = deps.runtime.clock.now()
    const pass = {
      id: newId(deps.runtime),
      kind: 'repair',
      startedAt: now,
      phase: 'compare',
      checked: 0,
      marked: 0,
    } as const
    await changeConnection(deps.state.connections, member.account, () => ({
      set: { pass, nextRepairAt: now, dueAt: now },
    }))
    engine.kick()
  })
}

export function retry(world: World, ref = world.acts.pick(world.setup.refs)): void {
  world.ledger.retries.push({ at: world.now, ref })
  onWorks(world, `retries ${ref.appointmentId}`, ({ engine }) => engine.retry(ref))
}

function flipSetting(world: World, { account }: Member): void {
  const { acts, database } = world
  const current = database.connections.get(account)?.connection.settings
  if (!current) return
  const name = acts.pick(['includeNotes', 'includeClientNames', 'notifyClients', 'enabled'] as const)
  setSettings(world, account, { [name]: !current[name] })
}

export function setSettings(
  world: World,
  account: Member['account'],
  settings: Partial<ConnectionSettings>,
): void {
  const acknowledgements = (['includeNotes', 'includeClientNames', 'notifyClients'] as const).map(
    setting => ({
      setting,
      textId: 'sim',
    }),
  )
  onWorks(world, `sets ${JSON.stringify(settings)} of ${accountId(account)}`, async ({ deps, engine }) => {
    world.ledger.ties.push({ at: world.now, account: accountId(account), kind: 'settings' })
    await changeSettings(deps.state, deps.runtime, { account, settings, acknowledgements })
    engine.kick()
  })
}

function leave(world: World, { account }: Member, events: 'keep' | 'remove'): void {
  onWorks(world, `disconnects ${accountId(account)}, ${events}`, async ({ deps, engine }) => {
    world.ledger.ties.push({ at: world.now, account: accountId(account), kind: events })
    await disconnect(deps, account, events, of => engine.workOn(of))
    engine.kick()
  })
}

/** Through the consent page; with `moves`, to the other calendar. */
export function connect(world: World, member: Member, moves = false): void {
  const { account, email } = member
  const connection = world.database.connections.get(account)?.connection
  const now = connection?.target?.kind ?? 'primary'
  // In the place of a calendar that is lost comes another.
  const moved = moves || (now === 'dedicated' && connection?.status === 'error')
  const calendar = moves ? (now === 'primary' ? 'dedicated' : 'primary') : now
  onWorks(world, `connects ${accountId(account)} to ${calendar}`, async ({ flow, engine }) => {
    const oldScopes = [...scopesFor('primary'), ...scopesFor('dedicated')]
    const started = await flow.startAuthorization({ account, calendar, oldScopes })
    const grantScopes = unticksTheOld(world, account, moves) ? scopesFor(calendar) : undefined
    const redirect = new URL(world.google.control.approve(started.url, { email, grantScopes }))
    world.ledger.ties.push({ at: world.now, account: accountId(account), kind: moved ? 'target' : 'connect' })
    const { searchParams } = redirect
    await flow.completeAuthorization({ ...Object.fromEntries(searchParams), binding: started.binding })
    engine.kick()
  })
}

/** After a revocation only what is ticked now is granted: some leave out the calendar that they turn from. */
function unticksTheOld({ ledger }: World, account: Member['account'], moves: boolean): boolean {
  const id = accountId(account)
  return moves && ledger.ties.some(tie => tie.account === id && tie.kind === 'trouble')
}

export function decide(world: World, member: Member, id: string): void {
  onWorks(world, `applies the mass change of ${accountId(member.account)}`, async ({ deps, engine }) => {
    await decideMassChange(deps, member.account, id, 'apply')
    engine.kick()
  })
}

/** The calendar that the library made for itself; a primary one cannot be deleted. */
function loseCalendar(world: Stage, { email, account }: Member): void {
  const target = world.database.connections.get(account)?.connection.target
  if (target?.kind !== 'dedicated' || target.calendarId === '') return
  const known = world.google.control
    .calendars()
    .find(({ id, deleted }) => id === target.calendarId && deleted !== true)
  if (!known) return
  world.google.control.deleteCalendar(target.calendarId)
  world.ledger.ties.push({ at: world.now, account: accountId(account), kind: 'trouble' })
  world.note(`hand: ${email} deletes the calendar`)
}

function onWorks(world: World, what: string, work: (works: Works) => Promise<unknown>): void {
  const process = world.anyProcess()
  const works = process?.works
  if (!works) return
  world.note(`owner: ${what}, on process ${process?.id}`)
  // What the owner is told of, a page would show; here it is the end state that counts.
  void work(works).catch(() => {})
}
