import type { CalendarRequest } from '../../../src/google/transport.ts'
import type { SimProcess } from '../process.ts'
import type { World } from '../world.ts'

const MINUTE_MS = 60_000

/** S15: units of a process and Google user in any minute stay within its share of the quota. */
export function checkBudget(world: World, process: SimProcess, request: CalendarRequest): void {
  const { userUnits, workers } = world.setup
  if (userUnits === undefined) return
  const email = world.emailOf(request.accessToken)
  if (email === undefined) return
  const spent = process.spent.get(email) ?? []
  process.spent.set(email, spent)
  const units = request.method === 'events.patch' ? 3 : 1
  while (spent.length > 0 && (spent[0] as { at: number }).at <= world.now - MINUTE_MS) spent.shift()
  spent.push({ at: world.now, units })
  const sum = spent.reduce((total, entry) => total + entry.units, 0)
  const share = Math.max(3, userUnits / workers)
  if (sum > share)
    world.oracles.fail('S15', `process ${process.id} spent ${sum} units of ${share} in a minute`)
  if (sum > share * 0.8) world.coverage.path('budget nearly spent')
}
