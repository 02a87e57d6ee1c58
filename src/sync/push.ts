import type { GoogleEvent } from '../contracts/google-event.ts'
import type { Intent, LinkNote } from '../contracts/link.ts'
import type { LinkFields, NewIntent } from '../contracts/link-store.ts'
import type { GoogleFailure, GoogleResult } from '../google/api.ts'
import { canBeGone } from './calendar-probe.ts'
import { MAX_PRECONDITION_TURNS, MAX_TURNS, NEW_CALENDAR_GRACE_MS } from './limits.ts'
import { LinkBooks, sameBooks } from './link-books.ts'
import { type LinkResult, type LinkTask, type PushDependencies, startView } from './link-task.ts'
import { observe, showsEdits } from './observe.ts'
import { acknowledged, foldFailure } from './outcome.ts'
import { type PlanContext, parkTag, plan, type Step, type View, type Wanted, type WriteStep } from './plan.ts'
import { writeRequest } from './write-request.ts'

/**
 * Brings one link into the wanted state, one planned step a turn. Before each write its intent is committed under
 * claim, epoch and settings version; the answer is folded in, and the planner is asked again.
 */
export async function pushLink(deps: PushDependencies, task: LinkTask): Promise<LinkResult> {
  const push = new LinkPush(deps, task)
  return push.run()
}

class LinkPush {
  readonly #deps: PushDependencies
  readonly #task: LinkTask
  readonly #wanted: Wanted
  readonly #books: LinkBooks
  #view: View
  #preconditions = 0

  constructor(deps: PushDependencies, task: LinkTask) {
    this.#deps = deps
    this.#task = task
    this.#books = new LinkBooks(deps.links, task)
    this.#view = startView(task, deps.mapper)
    this.#wanted = wantedOf(deps, task)
  }

  async run(): Promise<LinkResult> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const may = this.#task.mayGoOn()
      if (may === 'lost') return { kind: 'lost' }
      if (may === 'switched-off') return { kind: 'retry', cause: 'paused', code: 'switched-off' }
      const step = plan(this.#view, this.#wanted, this.#context())
      const result = await this.#carryOut(step)
      if (result !== 'again') return result
    }
    return { kind: 'retry', cause: 'other', code: 'too-many-turns' }
  }

  #carryOut(step: Step): Promise<LinkResult | 'again'> {
    switch (step.do) {
      case 'done':
        return this.#done(step)
      case 'parked':
        return Promise.resolve({ kind: 'settled' })
      case 'wait':
        return this.#wait(step.ms)
      case 'read':
        return this.#read()
      case 'raise-generation':
        return this.#raiseGeneration()
      default:
        return this.#write(step)
    }
  }

  /** What was answered meanwhile is recorded, or the next run would wait for that too. */
  async #wait(ms: number): Promise<LinkResult> {
    const { link } = this.#view
    const kept = this.#books.exists ? await this.#books.keep(link) : undefined
    return kept && !kept.ok ? kept.result : { kind: 'wait', ms }
  }

  async #read(): Promise<LinkResult | 'again'> {
    const { api, target } = this.#task
    const result = await api.getEvent({ calendarId: target.calendarId, eventId: this.#view.link.eventId })
    if (result.ok) {
      this.#view = observe(this.#view, this.#reading(result.value), this.#books.now)
      return 'again'
    }
    if (result.failure.kind !== 'not-found') return this.#failed(result.failure)
    return this.#probe(() => observe(this.#view, { found: false }, this.#books.now))
  }

  async #write(step: WriteStep): Promise<LinkResult | 'again'> {
    const finding = this.#task.guarded ? this.#finding(step) : undefined
    if (finding) return { kind: 'held', finding }
    // Without the etag: whoever comes after a write with no answer must see the edits anew, also those left alone.
    const etag = showsEdits(this.#view) ? undefined : this.#view.link.etag
    const recorded = await this.#books.recordIntent(
      { ...this.#view.link, etag, status: 'pending' },
      this.#intent(step),
    )
    if (!recorded.ok) return recorded.result
    const intent = recorded.link.intents.at(-1) as Intent
    this.#view = { ...this.#view, link: { ...this.#view.link, intents: recorded.link.intents } }
    const result = await this.#send(step, intent)
    if (result.ok) return this.#acknowledge(step, intent, result.value)
    if (result.failure.kind === 'not-found' && intent.kind === 'insert') {
      await this.#books.keep(foldFailure(this.#view, intent, result.failure).view.link)
      return { kind: 'account', failure: 'calendar-gone' }
    }
    const verdict = foldFailure(this.#view, intent, result.failure)
    switch (verdict.next) {
      case 'again':
        this.#view = verdict.view
        if (verdict.precondition && ++this.#preconditions >= MAX_PRECONDITION_TURNS) {
          await this.#books.keep(this.#view.link)
          return { kind: 'retry', cause: 'other', code: 'precondition' }
        }
        return 'again'
      case 'probe':
        return this.#probe(() => verdict.view)
      case 'park':
        return this.#park(verdict.view.link, result.failure)
      case 'account': {
        if (result.failure.definitive) await this.#books.keep(verdict.view.link)
        return this.#failed(result.failure)
      }
    }
  }

  #send(step: WriteStep, intent: Intent): Promise<GoogleResult<GoogleEvent | undefined>> {
    const { api, account, target, wanted } = this.#task
    const { eventId, etag } = this.#view.link
    const stamp = this.#deps.mapper.stamp({ eventId, account, target: target.key }, intent.number)
    return writeRequest(api, { calendarId: target.calendarId, eventId }, step, {
      fields: wanted?.fields ?? {},
      stamp,
      ifMatch: etag,
      observed: this.#view.event,
      mail: intent.mailed === true,
    })
  }

  async #acknowledge(
    step: WriteStep,
    intent: Intent,
    event: GoogleEvent | undefined,
  ): Promise<LinkResult | 'again'> {
    const { mapper } = this.#deps
    const fields = [...Object.keys(intent.sent?.fields ?? {}), ...MAY_EXPOSE.filter(name => event?.[name])]
    const seen = event && mapper.seenFingerprints(event, fields)
    const before = this.#view.link
    const notes = this.#reportLanded(before.intents, step)
    const link = {
      ...acknowledged(before, intent, event, seen, this.#books.now),
      ...this.#settled('synced', notes),
    }
    this.#view = {
      ...this.#view,
      link,
      fresh: false,
      observed: undefined,
      event: undefined,
      drifted: [],
      reviveRefused: false,
    }
    if (step.do === 'delete' && !this.#task.isCurrentTarget) return this.#books.remove()
    const written = await this.#books.keep(link)
    if (!written.ok) return written.result
    // A PATCH that a tombstone took is an answer, not a success.
    return event?.status === 'cancelled' ? 'again' : { kind: 'settled' }
  }

  /** Reports go out before the books are written: after a crash in between they go out again, never not at all. */
  #reportLanded(intents: readonly Intent[], step: WriteStep): LinkNote[] {
    const notes: LinkNote[] = []
    // With the event the edit is gone too, and nothing was put in its place.
    const replaced = step.do === 'delete' ? intents.filter(({ kind }) => kind !== 'delete') : intents
    const overwritten = [...new Set(replaced.flatMap(intent => intent.overwrites ?? []))]
    if (overwritten.length > 0) notes.push(this.#report('overwritten', overwritten))
    if (intents.some(intent => intent.restores)) notes.push(this.#report('restored'))
    if (step.do === 'patch' && step.keep.length > 0) notes.push(this.#report('field-kept', step.keep))
    return notes
  }

  #report(code: 'overwritten' | 'restored' | 'field-kept', fields?: readonly string[]): LinkNote {
    const { account, claim } = this.#task
    this.#deps.report({ code, account, ref: claim.ref, fields })
    return code
  }

  async #done(step: Extract<Step, { do: 'done' }>): Promise<LinkResult> {
    const { link, observed, drifted } = this.#view
    const wanted = this.#wanted
    if (wanted.kind === 'absent' && step.as !== 'kept') return this.#ended(link)
    if (step.as === 'out-of-window') return this.#settle({ ...link, ...this.#settled('out-of-window', []) })
    if (step.as === 'gone-in-google')
      return this.#settle({ ...link, ...this.#settled('synced', ['gone-in-google']) })
    if (wanted.kind === 'absent')
      return this.#settle({ ...link, ...this.#settled('synced', link.notes), kept: true })
    const owned = link.sent?.fields ?? {}
    const kept = drifted.filter(field => wanted.prints.fields[field] === undefined && field in owned)
    if (kept.length > 0) this.#report('field-kept', kept)
    const notes: readonly LinkNote[] = kept.length > 0 ? ['field-kept'] : link.notes
    const known = { sent: wanted.prints, seen: observed ?? link.seen, appVersion: wanted.version }
    return this.#settle({ ...link, ...known, ...this.#settled('synced', notes) })
  }

  async #settle(next: LinkFields): Promise<LinkResult> {
    if (sameBooks(this.#task.link, next)) return { kind: 'settled' }
    const written = await this.#books.keep({ ...next, syncedAt: this.#books.now })
    return written.ok ? { kind: 'settled' } : written.result
  }

  /** Nothing is there and nothing can come: a tombstone's link is kept for its generation, any other goes. */
  #ended(link: LinkFields): Promise<LinkResult> {
    if (!this.#books.exists) return Promise.resolve({ kind: 'settled' })
    if (!this.#task.isCurrentTarget || link.event !== 'deleted') return this.#books.remove()
    return this.#settle({
      ...link,
      ...this.#settled('synced', []),
      sent: undefined,
      seen: undefined,
      etag: undefined,
    })
  }

  async #raiseGeneration(): Promise<LinkResult | 'again'> {
    const { account, target, claim } = this.#task
    const { link, foreign } = this.#view
    if (foreign) this.#deps.report({ code: 'foreign-event', account, ref: claim.ref })
    const generation = link.generation + 1
    const eventId = this.#deps.mapper.eventId(account, target.key, claim.ref, generation)
    const blank = { event: 'none', etag: undefined, intents: [], takenSince: undefined } as const
    const next: LinkFields = { ...link, generation, eventId, ...blank }
    this.#view = {
      ...this.#view,
      link: next,
      fresh: false,
      drifted: [],
      foreign: false,
      reviveRefused: false,
    }
    return 'again'
  }

  async #park(link: LinkFields, failure: GoogleFailure): Promise<LinkResult> {
    const { target, connection } = this.#task
    const createdAt = connection.target?.createdAt
    const young = createdAt !== undefined && this.#books.now < createdAt + NEW_CALENDAR_GRACE_MS
    if (failure.kind === 'forbidden' && young && connection.target?.key === target.key) {
      await this.#books.keep(link)
      return { kind: 'retry', cause: 'server', code: failure.reason }
    }
    const parked = { tag: parkTag(this.#wanted), settingsVersion: connection.settingsVersion }
    const at = this.#books.now
    const { account, claim } = this.#task
    this.#deps.report({ code: 'appointment-refused', account, ref: claim.ref, cause: failure.reason })
    const problem = { code: failure.reason, attempts: 1, since: at, at, parked, reported: true }
    await this.#books.keep({ ...link, status: 'failed', problem })
    return { kind: 'settled' }
  }

  async #probe(gone: () => View): Promise<LinkResult | 'again'> {
    const answer = await this.#deps.probeCalendar(this.#task)
    const { isCurrentTarget, target } = this.#task
    // One that was left and is gone is empty (ENGINE D3); of the present one the whole account hears.
    const isGone = answer !== 'there' && answer.kind === 'not-found' && canBeGone(target)
    const isEmpty = !isCurrentTarget && isGone
    if (answer === 'there' || isEmpty) {
      this.#view = gone()
      return 'again'
    }
    if (answer.kind === 'not-found') return { kind: 'account', failure: 'calendar-gone' }
    return this.#failed(answer)
  }

  #failed(failure: GoogleFailure): LinkResult {
    const { retryAfterMs, reason: code } = failure
    const after = retryAfterMs === undefined ? {} : { retryAfterMs }
    switch (failure.kind) {
      case 'network':
      case 'server':
      case 'rate':
        return { kind: 'retry', cause: failure.kind, code, ...after }
      case 'unauthorized':
      case 'scope':
      case 'quota':
      case 'guest-quota':
      case 'misconfigured':
      case 'no-calendar':
        return { kind: 'account', failure }
      default:
        return { kind: 'retry', cause: 'other', code, ...after }
    }
  }

  #intent(step: WriteStep): NewIntent {
    const open = this.#view.link.intents
    const overwrites = [
      ...(step.do === 'patch' ? step.overwrites : []),
      ...open.flatMap(i => i.overwrites ?? []),
    ]
    const restores =
      (step.do !== 'patch' && step.do !== 'delete' && step.restores) || open.some(i => i.restores)
    const kind = step.do === 'patch' ? 'update' : step.do
    return {
      kind,
      ...(this.#wanted.kind === 'present' && { sent: this.#wanted.prints, appVersion: this.#wanted.version }),
      ...(step.do !== 'delete' && step.mail && { mailed: true }),
      ...(overwrites.length > 0 && { overwrites: [...new Set(overwrites)] }),
      ...(restores && { restores: true }),
    }
  }

  /** A removal, or a move to another time, that nobody told us of. */
  #finding(step: WriteStep): 'removal' | 'move' | undefined {
    if (step.do === 'delete') return 'removal'
    return step.do === 'patch' && step.write.includes('start') ? 'move' : undefined
  }

  #settled(status: 'synced' | 'out-of-window', notes: readonly LinkNote[]) {
    const { settingsVersion } = this.#task.connection
    return { status, notes, settingsVersion, behind: false, kept: false, problem: undefined } as const
  }

  #reading(event: GoogleEvent) {
    const { account, target, wanted, claim } = this.#task
    const { link } = this.#view
    const derived = this.#deps.mapper.eventId(account, target.key, claim.ref, link.generation)
    const inherited = derived !== link.eventId
    const marker = this.#deps.mapper.readMarker({ eventId: link.eventId, account, target: target.key }, event)
    const names = new Set([...Object.keys(wanted?.fields ?? {}), ...Object.keys(link.sent?.fields ?? {})])
    for (const field of MAY_EXPOSE) if (event[field] !== undefined) names.add(field)
    for (const intent of link.intents)
      for (const name of Object.keys(intent.sent?.fields ?? {})) names.add(name)
    const values = this.#deps.mapper.seenFingerprints(event, [...names])
    return {
      found: true,
      event,
      values,
      inherited,
      writeNumber: marker.verified ? marker.writeNumber : undefined,
    } as const
  }

  #context(): PlanContext {
    const { connection, verify, told } = this.#task
    return { now: this.#books.now, settingsVersion: connection.settingsVersion, verify, told }
  }
}

/** What a lost row may have written that today's settings withhold, and what a person may fill in before the app. */
const MAY_EXPOSE = ['description', 'location', 'attendees'] as const

function wantedOf(deps: PushDependencies, task: LinkTask): Wanted {
  const projection = task.wanted
  if (projection === undefined) return { kind: 'absent' }
  return {
    kind: 'present',
    prints: deps.mapper.fingerprints(projection.fields),
    version: projection.version,
    inWindow: projection.endsAt >= deps.windowStart,
    future: projection.endsAt > task.now,
    mail: task.mayMail && projection.invites && projection.endsAt > task.now,
  }
}
