import { writeFileSync } from 'node:fs'
import type { Tape } from '../tape.ts'
import { Member } from './member.ts'
import type { Place } from './messages.ts'

export interface CrewOptions {
  readonly mutant?: string | undefined
  readonly compileCache: string
}

/** Workers that are loaded and in no history: loading one takes longer than many a history. */
export class Pool {
  readonly #options: CrewOptions
  readonly #spare: Member[] = []
  readonly #all: Member[] = []
  readonly #size: number
  readonly #killAll = () => {
    for (const member of this.#all) member.kill()
  }

  constructor(options: CrewOptions, size: number) {
    this.#options = options
    this.#size = size
    // One that is stopped does not notice that its parent is gone.
    process.once('exit', this.#killAll)
    this.#fill()
  }

  /** Rejects when workers end while they load. */
  async take(): Promise<Member> {
    const member = this.#spare.shift() ?? this.#hire()
    this.#fill()
    await member.loaded
    return member
  }

  giveBack(member: Member): void {
    this.#spare.unshift(member)
  }

  end(): void {
    process.off('exit', this.#killAll)
    this.#killAll()
  }

  #fill(): void {
    while (this.#spare.length < this.#size) this.#spare.push(this.#hire())
  }

  #hire(): Member {
    const member = new Member(this.#options)
    this.#all.push(member)
    return member
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

  /** In order. Answers how many did not end well. */
  async leave(): Promise<number> {
    const outcomes = await Promise.all(
      this.members.map(async member => {
        const hasLeft = await member.ask({ do: 'leave' }).then(
          () => true,
          () => false,
        )
        member.isUp = false
        if (hasLeft) this.#pool.giveBack(member)
        else member.kill()
        return hasLeft
      }),
    )
    return outcomes.filter(hasLeft => !hasLeft).length
  }
}
