import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Papers that are not part of this repository: beside it, or where REFERENCE_DIR says. */
const DIRECTORY = process.env.REFERENCE_DIR ?? join(import.meta.dirname, '../../../shared/reference')

export function referencePath(name: string): string {
  return join(DIRECTORY, name)
}

export function readReference(name: string): string | undefined {
  const path = referencePath(name)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** For the title of a test that needs it: empty, or that the test is not run and why. */
export function noteUnless(found: unknown, name: string): string {
  return found ? '' : ` (not run: ${referencePath(name)} is missing)`
}
