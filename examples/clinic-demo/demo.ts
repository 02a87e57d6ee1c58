import type { AppointmentRef } from 'google-calendar-sync'
import { CALENDAR_NAME, MEMBERS, memberNamed } from '../express-clinic/members.ts'
import { type App, startApp, WINDOW_DAYS } from './app.ts'
import { DEMO_MEMBERS } from './choices.ts'
import { compareAll } from './compare.ts'
import { connectAsMember } from './connect.ts'
import { editOne, sample } from './edits.ts'
import { describeFaults, faultsOff, faultsOn } from './faults.ts'
import { importFile } from './import/import-file.ts'
import { type DemoOptions, UsageError } from './options.ts'
import { Progress } from './progress.ts'
import { SeededChance } from './random.ts'
import { untilInStep, untilSettled } from './settle.ts'
import { table, trafficBetween } from './summary.ts'

/** Above this a host would not announce each row, but save all and let the library find them. */
const ANNOUNCED = 2_000
const PRINTED_PROBLEMS = 20
const AT_A_TIME = 16
const FAULTS_FOR_MS = 12_000

export interface DemoRun {
  /** Whether all is as it should be. */
  readonly isRight: boolean
  /** Still up. */
  readonly app: App
}

/** Runs everything in an empty directory, and leaves the clinic as it is then. */
export async function runDemo(file: string, directory: string, options: DemoOptions): Promise<DemoRun> {
  const startedAt = performance.now()
  const problems = new Problems()
  console.log('Starting the fake Google in a process of its own, and the clinic.')
  const app = await startApp(directory, options, (line, problem) => problems.tell(line, problem))
  try {
    return { isRight: await new Demo(app, options, problems, startedAt).run(file), app }
  } catch (error) {
    await app.close()
    throw error
  }
}

class Demo {
  readonly #app: App
  readonly #options: DemoOptions
  readonly #problems: Problems
  readonly #startedAt: number

  constructor(app: App, options: DemoOptions, problems: Problems, startedAt: number) {
    this.#app = app
    this.#options = options
    this.#problems = problems
    this.#startedAt = startedAt
  }

  async run(file: string): Promise<boolean> {
    const { google, appointments: rows, told } = this.#app
    await this.#connect()
    const atStart = await google.report()
    await this.#push(file)
    const chance = new SeededChance(this.#options.seed)
    const [calmSize, stormySize] = this.#editSizes()
    const calm = sample(rows, calmSize, chance, new Set())
    await this.#edit('Editing, re-assigning, deleting', calm, chance)
    const beforeFaults = await google.report()

    await faultsOn(google)
    await this.#edit('The same under faults', sample(rows, stormySize, chance, new Set(calm)), chance, true)
    const afterFaults = await google.report()
    console.log(`  What Google did: ${describeFaults(since(beforeFaults, afterFaults))}`)

    await this.#syncNow('Sync Now for everybody, to see that nothing is left')
    const atEnd = await google.report()
    console.log('Reading the calendars back through the API and comparing every appointment.')
    const comparison = await compareAll(rows, google, { oldest: Date.now() - WINDOW_DAYS * 86_400_000 })
    for (const finding of comparison.findings) console.log(`  ${finding}`)
    this.#problems.sumUp()
    for (const [code, count] of told.issues) console.log(`  The library reported ${code} × ${count}`)

    const { duplicates, missing, wrong, leaked, events } = comparison
    console.log(
      `${rows.count()} appointments, ${events} events in the calendars of ${MEMBERS.length} members.`,
    )
    const summary = {
      all: trafficBetween(atStart, atEnd),
      calm: trafficBetween(atStart, beforeFaults),
      stormy: trafficBetween(beforeFaults, afterFaults),
      retried: told.retried,
      comparison,
      seconds: (performance.now() - this.#startedAt) / 1_000,
      peakMegabytes: process.resourceUsage().maxRSS / 1_024,
    }
    console.log(table(summary))
    const isRight = duplicates + missing + wrong + leaked === 0
    console.log(isRight ? 'Everything is in step.' : 'Something is off.')
    return isRight
  }

  async #connect(): Promise<void> {
    for (const member of DEMO_MEMBERS) {
      await connectAsMember(this.#app.origin, member)
      const where = member.calendar === 'dedicated' ? `a new calendar "${CALENDAR_NAME}"` : 'the own calendar'
      const names = member.showsNames ? ', with client names' : ''
      console.log(`  ${memberNamed(member)} connected ${where} of ${member.email}${names}`)
    }
    await this.#syncNow(undefined)
  }

  async #push(file: string): Promise<void> {
    const { appointments: rows, sync, told } = this.#app
    console.log(`Importing ${file}`)
    const announced: AppointmentRef[] = []
    let isBulk = false
    await importFile(file, rows, {
      onProblem: (line, problem) => this.#problems.tell(line, problem),
      onSaved: async ids => {
        if (announced.length + ids.length > ANNOUNCED) isBulk = true
        if (isBulk) return
        const refs = ids.flatMap(id => this.#refOf(id) ?? [])
        announced.push(...refs)
        await this.#announce(refs)
      },
    })
    const count = rows.count()
    if (count === 0) throw new UsageError(`There is no appointment in ${file} that could be used.`)
    const progress = new Progress('Pushing')
    await untilSettled(sync, announced, progress, () => told.writes)
    progress.end(`${announced.length} appointments announced one by one: done`)
    if (!isBulk) return
    console.log(`  ${count - announced.length} more were saved first, and Sync Now is to find them.`)
    await this.#syncNow('Pushing the rest')
  }

  async #edit(
    label: string,
    ids: readonly number[],
    chance: SeededChance,
    underFaults = false,
  ): Promise<void> {
    const { appointments: rows, sync, google, told } = this.#app
    console.log(`${label}: ${ids.length} appointments.`)
    const progress = new Progress('Changes')
    const refs: AppointmentRef[] = []
    for (let at = 0; at < ids.length; at += AT_A_TIME) {
      const some = ids.slice(at, at + AT_A_TIME).flatMap(id => editOne(rows, id, chance) ?? [])
      refs.push(...some)
      await this.#announce(some)
      // Tokens that run out early are part of the weather.
      if (underFaults && at === AT_A_TIME * 2) await google.control('expire-access-tokens')
    }
    const requests = () => told.writes + told.retried
    const left = await untilSettled(sync, refs, progress, requests, underFaults ? FAULTS_FOR_MS : undefined)
    if (underFaults) await faultsOff(google)
    if (left.length > 0) {
      progress.end(`${refs.length - left.length} of ${refs.length}; the faults are over, try the rest again`)
      for (const ref of left) await sync.retry(ref)
      await untilSettled(sync, left, progress, requests)
    }
    progress.end(`${refs.length} changes: done`)
  }

  async #announce(refs: readonly AppointmentRef[]): Promise<void> {
    for (let at = 0; at < refs.length; at += AT_A_TIME) {
      const results = refs.slice(at, at + AT_A_TIME).map(ref => this.#app.sync.appointmentChanged(ref))
      if ((await Promise.all(results)).some(({ marked }) => !marked))
        throw new Error('A change was not marked.')
    }
  }

  async #syncNow(label: string | undefined): Promise<void> {
    const { sync, told, appointments: rows } = this.#app
    if (label !== undefined) console.log(`${label}.`)
    for (const member of MEMBERS) await sync.syncNow(member)
    const progress = new Progress('Sync Now')
    const total = rows.count()
    const before = told.writes
    await untilInStep(
      sync,
      pending =>
        progress.show(
          Math.min(total, told.writes - before),
          total,
          `${pending}${pending >= 1000 ? '+' : ''} pending`,
        ),
      () => told.writes,
    )
    if (label !== undefined) progress.end(`${told.writes - before} writes: done`)
  }

  #refOf(id: number): AppointmentRef | undefined {
    const row = this.#app.appointments.find(id)
    return row && { workspaceId: row.workspace_id, appointmentId: String(id) }
  }

  /** A share of small files; of big ones as many as can be watched. */
  #editSizes(): readonly [number, number] {
    const count = this.#app.appointments.count()
    const most = this.#options.noQuota ? 1_500 : 300
    return [Math.min(most / 3, Math.ceil(count * 0.2)), Math.min(most, Math.ceil(count * 0.4))]
  }
}

/** Rows that cannot be used: the first in full, the rest as a number. */
class Problems {
  #count = 0

  tell(line: number, problem: string): void {
    this.#count++
    if (this.#count <= PRINTED_PROBLEMS) console.log(`  Line ${line} is left out: ${problem}`)
  }

  sumUp(): void {
    const more = this.#count - PRINTED_PROBLEMS
    if (more > 0) console.log(`  ${this.#count} rows were left out, of which ${more} are not listed above.`)
    else if (this.#count > 0) console.log(`  ${this.#count} rows were left out, as listed above.`)
  }
}

function since<T extends { readonly count: number }>(before: readonly T[], after: readonly T[]): T[] {
  const keyOf = ({ count: _, units: __, ...rest }: T & { units?: number }) => JSON.stringify(rest)
  const counts = new Map(before.map(row => [keyOf(row), row.count]))
  return after.flatMap(row => {
    const count = row.count - (counts.get(keyOf(row)) ?? 0)
    return count > 0 ? [{ ...row, count }] : []
  })
}
