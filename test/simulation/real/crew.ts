import { writeFileSync } from 'node:fs'
import type { Tape } from '../tape.ts'
import { Gone, Member } from './member.ts'
import type { Place } from './messages.ts'

export interface CrewOptions {
  readonly mutant?: string | undefined
  readonly compileCache: string
}

/** Workers that are loaded and in no history: loading one takes longer than many a history. */
export class Pool {
  readonly #options: CrewOptions
  readonly #spare: Member[] = []
  readonly #size: number

  constructor(options: CrewOptions, size: number) {
    this.#options = options
    this.#size = size
    this.#fill()
  }

  /** Rejects when workers end while they load. */
  async take(): Promise<Member> {
    const member = this.#spare.shift() ?? new Member(this.#options)
    this.#fill()
    await member.loaded
    return member
  }

  giveBack(member: Member): void {
    this.#spare.unshift(member)
  }

  end(): void {
    for (const member of this.#spare) member.kill()
  }

  #fill(): void {
    while (this.#spare.length < this.#size) this.#spare.push(new Member(this.#options))
  }
}

/** The processes of one history. */
export class Crew {
  readonly members: Member[] = []
  readonly journals: string[] = []
  readonly #pool: Pool
  readonly #placeFor: (journal: number) => Place
  readonly #outputs: string[] = []

  constructor(pool: Pool, placeFor: (journal: number) => Place) {
    this.#pool = pool
    this.#placeFor = placeFor
  }

  /** Those who can hear: up, or coming up, and not stopped. */
  get awake(): Member[] {
    return this.members.filter(member => !member.isFrozen && !member.isGone)
  }

  get up(): Member[] {
    return this.awake.filter(member => member.isUp)
  }

  /** What all of them said on their standard streams. */
  get output(): string {
    return [...this.#outputs, ...this.members.map(({ output }) => output)].join('')
  }

  async hire(): Promise<Member> {
    const place = this.#placeFor(this.journals.length)
    // It is read before the worker has opened it.
    writeFileSync(place.journal, '')
    this.journals.push(place.journal)
    const member = await this.#pool.take()
    member.output = ''
    this.members.push(member)
    await member.enter(place)
    return member
  }

  any(tape: Tape): Member | undefined {
    const { up } = this
    return up.length > 0 ? tape.pick(up) : undefined
  }

  kill(member: Member): void {
    member.kill()
    this.members.splice(this.members.indexOf(member), 1)
    this.#outputs.push(member.output)
  }

  /** In order; who does not end in time is killed. Answers how many that were. */
  async leave(withinMs: number): Promise<number> {
    const late = await Promise.all(
      this.members.map(async member => {
        if (member.isFrozen) member.thaw()
        member.release()
        let timer: NodeJS.Timeout | undefined
        const timeUp = new Promise(resolve => {
          timer = setTimeout(resolve, withinMs, 'late')
        })
        const left = member.ask({ do: 'leave' }).catch(error => (error instanceof Gone ? null : error))
        const outcome = await Promise.race([left, timeUp])
        clearTimeout(timer)
        member.isUp = false
        if (outcome === null && !member.isGone) this.#pool.giveBack(member)
        else member.kill()
        return outcome === null ? 0 : 1
      }),
    )
    return late.reduce<number>((sum, one) => sum + one, 0)
  }
}
