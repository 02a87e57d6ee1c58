import type { Mutant } from './mutant.ts'

export const TIE_MUTANTS: readonly Mutant[] = []
