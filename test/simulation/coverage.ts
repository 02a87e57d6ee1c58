/** How often each fault struck at each await of a port, and how often each rare path was taken. */
export class Coverage {
  readonly faults = new Map<string, number>()
  readonly paths = new Map<string, number>()

  hit(site: string, fault: string): void {
    const key = `${site} ${fault}`
    this.faults.set(key, (this.faults.get(key) ?? 0) + 1)
  }

  path(name: string): void {
    this.paths.set(name, (this.paths.get(name) ?? 0) + 1)
  }

  add(other: CoverageCounts): void {
    for (const [key, count] of Object.entries(other.faults))
      this.faults.set(key, (this.faults.get(key) ?? 0) + count)
    for (const [key, count] of Object.entries(other.paths))
      this.paths.set(key, (this.paths.get(key) ?? 0) + count)
  }

  counts(): CoverageCounts {
    return { faults: Object.fromEntries(this.faults), paths: Object.fromEntries(this.paths) }
  }
}

export interface CoverageCounts {
  readonly faults: Readonly<Record<string, number>>
  readonly paths: Readonly<Record<string, number>>
}
