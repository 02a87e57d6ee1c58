import type { Link } from '../contracts/link.ts'
import type { LinkFields, LinkRefused, LinkStore, NewIntent } from '../contracts/link-store.ts'
import type { LinkResult, LinkTask } from './link-task.ts'

/** The link's row in the store, written under claim, epoch and link version (ENGINE A4). */
export class LinkBooks {
  readonly #links: LinkStore
  readonly #task: LinkTask
  #version: number | null
  #now: number

  constructor(links: LinkStore, task: LinkTask) {
    this.#links = links
    this.#task = task
    this.#version = task.link?.version ?? null
    this.#now = task.now
  }

  /** The store's clock as last heard, never ahead of it. */
  get now(): number {
    return this.#now
  }

  get exists(): boolean {
    return this.#version !== null
  }

  /** Records what is about to be sent; refused once the settings it was made under have changed. */
  recordIntent(set: LinkFields, intent: NewIntent): Promise<Written> {
    return this.#write(set, intent, this.#task.connection.settingsVersion)
  }

  /** Records what is known now. Knowledge of a write that landed needs no settings version (ENGINE A4). */
  keep(set: LinkFields): Promise<Written> {
    return this.#write(set, undefined, undefined)
  }

  async remove(): Promise<LinkResult> {
    if (this.#version === null) return { kind: 'settled' }
    const removed = await this.#links.remove(this.#task.claim, this.#condition(undefined))
    return removed.ok ? { kind: 'settled' } : refusedAs(removed)
  }

  async #write(set: LinkFields, intent: NewIntent | undefined, settingsVersion?: number): Promise<Written> {
    const write = { ...this.#condition(settingsVersion), set, intent }
    const written = await this.#links.write(this.#task.claim, write)
    if (!written.ok) return { ok: false, result: refusedAs(written) }
    this.#version = written.link.version
    this.#now = Math.max(this.#now, written.now)
    return { ok: true, link: written.link }
  }

  #condition(settingsVersion: number | undefined) {
    const { account, target, connection } = this.#task
    return {
      account,
      target: target.key,
      expectedVersion: this.#version,
      epoch: connection.epoch,
      settingsVersion,
    }
  }
}

export type Written =
  | { readonly ok: true; readonly link: Link }
  | { readonly ok: false; readonly result: LinkResult }

function refusedAs(refused: LinkRefused): LinkResult {
  return refused.reason === 'fence' ? { kind: 'lost' } : { kind: 'reload' }
}

/** Whether the stored link already says all this, so that a save that changed nothing writes nothing. */
export function sameBooks(stored: Link | undefined, next: LinkFields): boolean {
  if (stored === undefined) return false
  return (Object.keys(next) as (keyof LinkFields)[]).every(
    key => key === 'syncedAt' || JSON.stringify(stored[key]) === JSON.stringify(next[key]),
  )
}
