import type { Random } from '../../../contracts/runtime.ts'
import type { FaultMatch, FaultName, RandomFaults, ScriptedFault, Strike } from './fault.ts'

/** What a fault is chosen by. */
export interface Target {
  readonly method: string
  readonly user: string | undefined
  readonly calendarId: string | undefined
  readonly eventId: string | undefined
  readonly writes: boolean
}

interface Pending {
  readonly script: ScriptedFault
  skip: number
  left: number
}

/** Scripted faults first, in the order given; then the random ones. */
export class FaultPlan {
  private _scripted: Pending[] = []
  private _random: RandomFaults[] = []
  private readonly _chance: Random

  constructor(chance: Random) {
    this._chance = chance
  }

  script(script: ScriptedFault): void {
    const times = script.times ?? 1
    const left = times === 'always' ? Number.POSITIVE_INFINITY : times
    this._scripted.push({ script, skip: script.skip ?? 0, left })
  }

  randomly(faults: RandomFaults): void {
    this._random.push(faults)
  }

  clear(): void {
    this._scripted = []
    this._random = []
  }

  /** Scripted faults that have not struck yet. */
  pending(): ScriptedFault[] {
    return this._scripted.map(({ script }) => script)
  }

  get isEmpty(): boolean {
    return this._scripted.length === 0 && this._random.length === 0
  }

  next(target: Target): Strike | undefined {
    return this._nextScripted(target) ?? this._nextRandom(target)
  }

  private _nextScripted(target: Target): Strike | undefined {
    let strike: Strike | undefined
    for (const pending of this._scripted) {
      if (!matches(pending.script.match, target)) continue
      if (pending.skip > 0) pending.skip--
      else if (!strike) {
        pending.left--
        strike = pending.script
      }
    }
    if (strike) this._scripted = this._scripted.filter(pending => pending.left > 0)
    return strike
  }

  private _nextRandom(target: Target): Strike | undefined {
    for (const faults of this._random) {
      if (!matches(faults.match, target)) continue
      let point = this._chance.float()
      for (const [fault, rate] of Object.entries(faults.rates)) {
        point -= rate
        if (point < 0) return { ...faults, fault: fault as FaultName }
      }
    }
    return undefined
  }
}

function matches(match: FaultMatch | undefined, target: Target): boolean {
  if (!match) return true
  const methods = match.method === undefined ? undefined : [match.method].flat()
  return (
    (methods === undefined || methods.some(method => matchesMethod(method, target.method))) &&
    (match.user === undefined || match.user.toLowerCase() === target.user?.toLowerCase()) &&
    (match.calendarId === undefined || match.calendarId === target.calendarId) &&
    (match.eventId === undefined || match.eventId === target.eventId) &&
    (match.writes === undefined || match.writes === target.writes)
  )
}

function matchesMethod(pattern: string, method: string): boolean {
  return pattern.endsWith('*') ? method.startsWith(pattern.slice(0, -1)) : pattern === method
}
