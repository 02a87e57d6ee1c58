import type { AppointmentRef } from '../../../src/contracts/identity.ts'
import type { ConnectionSettings } from '../../../src/contracts/settings.ts'
import { ownerActsIn } from '../actors/owner.ts'
import { accountId } from '../ledger.ts'
import type { Member as Person } from '../world.ts'
import type { Command } from './messages.ts'
import type { RealWorld } from './world.ts'

/** What an account's owner does in the app, on some process that is up. */
export function ownerActs(world: RealWorld): void {
  const { acts, setup } = world
  const person = acts.pick(setup.members)
  switch (acts.pick(ownerActsIn(setup.workload))) {
    case 'sync':
      syncNow(world, person)
      break
    case 'retry':
      retry(world, acts.pick(setup.refs))
      break
    case 'settings':
      flipSetting(world, person)
      break
    case 'disconnect':
      leave(world, person, acts.pick(['keep', 'remove'] as const))
      break
    case 'connect':
      connect(world, person)
      break
    case 'target':
      connect(world, person, true)
  }
}

export function syncNow(world: RealWorld, { account }: Person): void {
  ask(world, `syncs ${accountId(account)} now`, { do: 'sync-now', account })
}

export function retry(world: RealWorld, ref: AppointmentRef): void {
  world.ledger.retries.push({ at: world.now, ref })
  ask(world, `retries ${ref.appointmentId}`, { do: 'retry', ref })
}

export function setSettings(
  world: RealWorld,
  { account }: Person,
  settings: Partial<ConnectionSettings>,
): void {
  const what = `sets ${JSON.stringify(settings)} of ${accountId(account)}`
  world.ledger.ties.push({ at: world.now, account: accountId(account), kind: 'settings' })
  ask(world, what, { do: 'settings', account, settings })
}

export function applyMassChange(world: RealWorld, { account }: Person, id: string): void {
  ask(world, `applies the mass change of ${accountId(account)}`, { do: 'apply-mass-change', account, id })
}

/** Through the consent page; with `moves`, to the other calendar. */
export function connect(world: RealWorld, person: Person, moves = false): void {
  const { account, email } = person
  const connection = world.books.connection(account)
  const now = connection?.target?.kind ?? 'primary'
  // In the place of a calendar that is lost comes another.
  const moved = moves || (now === 'dedicated' && connection?.status === 'error')
  const calendar = moves ? (now === 'primary' ? 'dedicated' : 'primary') : now
  world.ledger.ties.push({ at: world.now, account: accountId(account), kind: moved ? 'target' : 'connect' })
  world.note(`owner: connects ${accountId(account)} to ${calendar}`)
  world.follow(connectBy(world, { account, email, calendar }))
}

/** Each step on a process that is up just then. */
export async function connectBy(
  world: RealWorld,
  { account, email, calendar }: Pick<Person, 'account' | 'email'> & { calendar: 'primary' | 'dedicated' },
): Promise<unknown> {
  const { crew, faults, google } = world
  const started = await crew.any(faults)?.ask({ do: 'authorize', account, calendar })
  if (!started) return undefined
  const { url, binding } = started as { url: string; binding: string }
  const { searchParams } = new URL(google.control.approve(url, { email }))
  return crew.any(faults)?.ask({ do: 'complete', callback: Object.fromEntries(searchParams), binding })
}

function flipSetting(world: RealWorld, person: Person): void {
  const current = world.books.connection(person.account)?.settings
  if (!current) return
  const names = ['includeNotes', 'includeClientNames', 'notifyClients', 'enabled'] as const
  const name = world.acts.pick(names)
  setSettings(world, person, { [name]: !current[name] })
}

function leave(world: RealWorld, { account }: Person, events: 'keep' | 'remove'): void {
  world.ledger.ties.push({ at: world.now, account: accountId(account), kind: events })
  ask(world, `disconnects ${accountId(account)}, ${events}`, { do: 'disconnect', account, events })
}

function ask(world: RealWorld, what: string, command: Command): void {
  const member = world.crew.any(world.faults)
  if (!member) return
  world.note(`owner: ${what}, on process ${member.pid}`)
  // What the owner is told of, a page would show; here it is the end state that counts.
  world.follow(member.ask(command))
}
