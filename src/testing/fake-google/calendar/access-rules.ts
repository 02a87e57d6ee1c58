import type { User } from '../world/users.ts'

export const ACCESS_ROLES = [
  'freeBusyReader',
  'reader',
  'writerWithoutPrivateAccess',
  'writer',
  'owner',
] as const
export type AccessRole = (typeof ACCESS_ROLES)[number]

export interface RuleScope {
  readonly type: 'default' | 'user' | 'group' | 'domain'
  readonly value: string
}

export interface AccessRule {
  /** `user:dana@example.com`, `default`, … */
  readonly id: string
  readonly scope: RuleScope
  /** `none` stays behind where a rule was deleted, so that a delta can tell. */
  role: AccessRole | 'none'
  seq: number
}

/** Who may do what with a calendar. */
export class AccessRules {
  private readonly _rules = new Map<string, AccessRule>()
  private _seq = 0

  get seq(): number {
    return this._seq
  }

  /** The best of the user's own rule, that of their domain and that of everybody. */
  roleOf({ email, hd }: User): AccessRole | undefined {
    const own = this._rules.get(`user:${email.toLowerCase()}`)?.role
    if (own === 'owner' || this._rules.size === 1) return own === 'none' ? undefined : own
    const domain = hd === undefined ? undefined : this._rules.get(`domain:${hd.toLowerCase()}`)?.role
    const best = Math.max(...[own, domain, this._rules.get('default')?.role].map(rank))
    return ACCESS_ROLES[best]
  }

  get(id: string): AccessRule | undefined {
    const rule = this._rules.get(id)
    return rule?.role === 'none' ? undefined : rule
  }

  /** Deleted ones too. */
  all(): AccessRule[] {
    return [...this._rules.values()]
  }

  set(scope: RuleScope, role: AccessRole | 'none'): AccessRule {
    const id = ruleId(scope)
    const rule = this._rules.get(id) ?? { id, scope, role, seq: 0 }
    rule.role = role
    rule.seq = ++this._seq
    this._rules.set(id, rule)
    return rule
  }
}

function rank(role: AccessRole | 'none' | undefined): number {
  return ACCESS_ROLES.indexOf(role as AccessRole)
}

export function ruleId({ type, value }: RuleScope): string {
  return type === 'default' ? 'default' : `${type}:${value.toLowerCase()}`
}

/** Undefined where the text is no rule id. */
export function parseRuleId(id: string): RuleScope | undefined {
  if (id === 'default') return { type: 'default', value: PUBLIC }
  const [, type, value = ''] = /^(user|group|domain):(.+)$/.exec(id) ?? []
  if (type === 'domain') return /^[^\s@]+\.[^\s@]+$/.test(value) ? { type, value } : undefined
  if (type !== 'user' && type !== 'group') return undefined
  return /^[^\s@]+@[^\s@]+$/.test(value) ? { type, value } : undefined
}

/** What Google writes as the value of the default scope (observed). */
export const PUBLIC = '__public_principal__@public.calendar.google.com'
