/** One figure beside its aim. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Absent: reported, not judged. */
  readonly atMost?: number
  readonly atLeast?: number
  readonly note?: string
}

export const isMet = ({ value, atMost = Number.POSITIVE_INFINITY, atLeast = 0 }: Figure): boolean =>
  value <= atMost && value >= atLeast

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export const rounded = (value: number): number => Number(value.toPrecision(3))

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(figure => {
    const { name, value, unit, atMost, atLeast, note = '' } = figure
    const aim =
      atMost !== undefined ? `at most ${atMost}` : atLeast !== undefined ? `at least ${atLeast}` : ''
    return [name, `${rounded(value)} ${unit}`, aim, aim === '' ? '' : isMet(figure) ? 'met' : 'MISSED', note]
  })
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
