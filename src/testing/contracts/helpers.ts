/** The value, or a failure that says what is missing. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new Error(`Expected ${what}, got ${String(value)}.`)
  return value
}

/** The code of the error a call failed with, `'error'` for one without, or `'resolved'`. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'resolved'
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
    return typeof code === 'string' ? code : 'error'
  }
}

/** All at once, `count` times. */
export function race<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => run(index)))
}

export async function inTurn<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let index = 0; index < count; index++) results.push(await run(index))
  return results
}

/** Every row of a listing, page by page. A listing that does not end is an error. */
export async function allPages<Page extends { readonly next?: string | undefined }, Row>(
  list: (after: string | undefined) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[],
  limit: number,
): Promise<Row[]> {
  const rows: Row[] = []
  let after: string | undefined
  for (let page = 0; page < 1_000; page++) {
    const answer = await list(after)
    const found = rowsOf(answer)
    if (found.length > limit) throw new Error(`A page of at most ${limit} rows has ${found.length}.`)
    rows.push(...found)
    if (answer.next === undefined) return rows
    after = answer.next
  }
  throw new Error('The listing never came to its last page.')
}

export const sorted = (values: readonly string[]): string[] => [...values].sort()
