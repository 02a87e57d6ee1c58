import type { Mutant } from './mutant.ts'

export const LINK_MUTANTS: readonly Mutant[] = []
