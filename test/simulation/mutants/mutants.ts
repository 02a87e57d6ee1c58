import { LINK_MUTANTS } from './link-mutants.ts'
import type { Mutant } from './mutant.ts'
import { RUN_MUTANTS } from './run-mutants.ts'
import { TIE_MUTANTS } from './tie-mutants.ts'

export const MUTANTS: readonly Mutant[] = [...LINK_MUTANTS, ...RUN_MUTANTS, ...TIE_MUTANTS]

export function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find(candidate => candidate.name === name)
  if (!mutant) throw new Error(`There is no mutant "${name}".`)
  return mutant
}

/** The source with the mutant's edits of that file. Throws when a text to replace is not there exactly once. */
export function mutate(mutant: Mutant, file: string, source: string): string {
  let mutated = source
  for (const edit of mutant.edits.filter(candidate => candidate.file === file)) {
    if (mutated.split(edit.find).length !== 2)
      throw new Error(`The mutant ${mutant.name} does not find its place in ${file}: ${edit.find}`)
    mutated = mutated.replace(edit.find, () => edit.replace)
  }
  return mutated
}
