import type { Mutant } from './mutant.ts'

export const RUN_MUTANTS: readonly Mutant[] = []
