import type { SyncStateStore } from '../../../src/contracts/state-store.ts'

/** A store broken in one way, and the cases that must fail on it, by name. */
export interface Mutant<Store> {
  readonly name: string
  readonly caughtBy: readonly string[]
  readonly make: (store: Store) => Store
}

export type StateMutant = Mutant<SyncStateStore>

/** The store with some of its methods replaced. */
export function override<T extends object>(inner: T, replacements: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const own: unknown = Reflect.get(replacements, name)
      if (own !== undefined) return own
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A mutant of one concern of the state store. */
export function mutantOf<Part extends keyof SyncStateStore>(part: Part) {
  return (
    name: string,
    caughtBy: readonly string[],
    replace: (inner: SyncStateStore[Part], all: SyncStateStore) => Partial<SyncStateStore[Part]>,
  ): StateMutant => ({
    name: `${part}: ${name}`,
    caughtBy,
    make: store => ({ ...store, [part]: override(store[part], replace(store[part], store)) }),
  })
}

/** Writes over whatever is there, however often another is quicker. */
export async function blindly<T>(write: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 1_000; tries++) {
    const written = await write()
    if (written !== null) return written
  }
  throw new Error('The inner store takes no write.')
}

/** Others get their turn, as in a call that reads and writes in two statements. */
export const tick = () => new Promise<void>(resolve => setImmediate(resolve))
