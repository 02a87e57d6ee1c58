import type { SyncStateStore } from '../../src/contracts/state-store.ts'
import type { TokenStore } from '../../src/contracts/token-store.ts'

/** Sends one call of a port through the scheduler and whatever may happen to it. */
export type Gate = <T>(site: string, work: () => Promise<T>, args: readonly unknown[]) => Promise<T>

type Method = (...args: readonly unknown[]) => Promise<unknown>

const STATE_METHODS = {
  connections: ['get', 'inWorkspace', 'existsIn', 'bySubject', 'create', 'update', 'page', 'due', 'readMark'],
  marks: ['insert', 'dueRefs', 'dueBulk', 'dueBulkAccounts', 'bringForward', 'ofRef', 'countBulk'],
  claims: ['claim', 'renew', 'finish'],
  links: ['write', 'remove', 'ofRef', 'page', 'stale', 'rewrite', 'summary'],
  findings: ['add', 'count', 'list', 'clear'],
  pendingAuthorizations: ['put', 'take'],
  leases: ['acquire', 'renew', 'release'],
  budgets: ['take', 'settle'],
  pullHints: ['add', 'due', 'take'],
  identityKey: ['get', 'putIfAbsent', 'replace'],
} as const satisfies Record<Exclude<keyof SyncStateStore, 'erase' | 'prune'>, readonly string[]>

export function gatedState(store: SyncStateStore, gate: Gate): SyncStateStore {
  const parts = Object.entries(STATE_METHODS).map(
    ([part, methods]) =>
      [part, gated(store[part as keyof typeof STATE_METHODS], part, methods, gate)] as const,
  )
  const root = gated(store, 'state', ['erase', 'prune'], gate)
  return { ...Object.fromEntries(parts), ...root } as unknown as SyncStateStore
}

export function gatedTokens(store: TokenStore, gate: Gate): TokenStore {
  return gated(store, 'tokens', ['get', 'put', 'delete'], gate) as unknown as TokenStore
}

function gated(store: object, part: string, methods: readonly string[], gate: Gate): Record<string, Method> {
  const wrapped: Record<string, Method> = {}
  for (const name of methods) {
    const method = Reflect.get(store, name) as Method
    wrapped[name] = (...args) => gate(siteOf(part, name, args), () => method.apply(store, [...args]), args)
  }
  return wrapped
}

/** Before the request and after the answer are different awaits, though both write a link. */
function siteOf(part: string, name: string, args: readonly unknown[]): string {
  if (part !== 'links' || name !== 'write') return `${part}.${name}`
  const { intent } = args[1] as { readonly intent?: { readonly kind: string } }
  return intent ? `links.write-intent-${intent.kind}` : 'links.write-known'
}
