import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { mutantNamed, mutate } from './mutants.ts'

const SRC = new URL('../../../src/', import.meta.url).href
const name = process.env.SIM_MUTANT ?? ''
const mutant = mutantNamed(name)
const missing = new Set(mutant.edits.map(edit => edit.file))

/** Changes the sources of one mutant while they load; nothing on disk is touched. */
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.startsWith(SRC)) return loaded
    const file = fileURLToPath(url).slice(fileURLToPath(SRC).length)
    if (!missing.has(file)) return loaded
    missing.delete(file)
    return { ...loaded, source: mutate(mutant, file, String(loaded.source)) }
  },
})

process.once('beforeExit', () => {
  if (missing.size === 0) return
  process.stderr.write(`The mutant ${name} changes ${[...missing].join(', ')}, which was never loaded.\n`)
  process.exitCode = 1
})
