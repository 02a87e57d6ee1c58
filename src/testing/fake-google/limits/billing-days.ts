/** Requests a day and project, beyond which they are to cost money (Calendar API, "Manage quotas", 2026-05). */
export const BILLING_THRESHOLD = 1_000_000

export interface BillingDay {
  readonly project: string
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string
  readonly units: number
  readonly billable: number
}

export class BillingDays {
  private readonly _units = new Map<string, number>()

  add(project: string, units: number, now: number): void {
    const key = `${project} ${Math.floor(now / 86_400_000)}`
    this._units.set(key, (this._units.get(key) ?? 0) + units)
  }

  days(): BillingDay[] {
    return [...this._units].map(([key, units]) => {
      const [project = '', number] = key.split(' ')
      const day = new Date(Number(number) * 86_400_000).toISOString().slice(0, 10)
      return { project, day, units, billable: Math.max(0, units - BILLING_THRESHOLD) }
    })
  }

  clear(): void {
    this._units.clear()
  }
}
