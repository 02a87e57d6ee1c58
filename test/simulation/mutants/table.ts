import { KILL_PERCENT } from './kill-percent.ts'
import { MUTANTS } from './mutants.ts'

/** The table of docs/spec.md, one row a mutant. A test compares the two. */
export function mutantTable(): readonly string[] {
  return MUTANTS.map(({ name, origin, workload, seed, equivalent }) => {
    const found =
      equivalent === undefined
        ? seed === undefined
          ? 'not yet'
          : `seed ${seed}`
        : `equivalent: ${equivalent}`
    const killed = equivalent === undefined ? `${KILL_PERCENT[name]?.toFixed(2) ?? '?'} %` : ''
    return `| ${name} | ${origin} | ${workload} | ${killed} | ${found} |`
  })
}
