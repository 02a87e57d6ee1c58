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
  #scripted: Pending[] = []
  #random: RandomFaults[] = []
  readonly #chance: Random

  constructor(chance: Random) {
    this.#chance = chance
  }

  script(script: ScriptedFault): void {
    const times = script.times ?? 1
    const left = times === 'always' ? Number.POSITIVE_INFINITY : times
    this.#scripted.push({ script, skip: script.skip ?? 0, left })
  }

  randomly(faults: RandomFaults): void {
    this.#random.push(faults)
  }

  clear(): void {
    this.#scripted = []
    this.#random = []
  }

  /** Scripted faults that have not struck yet. */
  pending(): ScriptedFault[] {
    return this.#scripted.map(({ script }) => script)
  }

  get isEmpty(): boolean {
    return this.#scripted.length === 0 && this.#random.length === 0
  }

  next(target: Target): Strike | undefined {
    return this.#nextScripted(target) ?? this.#nextRandom(target)
  }

  #nextScripted(target: Target): Strike | undefined {
    let strike: Strike | undefined
    for (const pending of this.#scripted) {
      if (!matches(pending.script.match, target)) continue
      if (pending.skip > 0) pending.skip--
      else if (!strike) {
        pending.left--
        strike = pending.script
      }
    }
    if (strike) this.#scripted = this.#scripted.filter(pending => pending.left > 0)
    return strike
  }

  #nextRandom(target: Target): Strike | undefined {
    for (const faults of this.#random) {
      if (!matches(faults.match, target)) continue
      let point = this.#chance.float()
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
