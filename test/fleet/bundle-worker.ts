import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'

const WORKER = join(import.meta.dirname, 'worker.ts')
/** Beside the packages that stay outside of it. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache')
/** Google's clients do not survive being put into one file, and the engines load files of their own by name. */
const INSIDE = /^(?!google-auth-library$|@googleapis\/|bullmq$|ioredis$|pg-boss$|pg-native$)/

/**
 * The worker with nearly all that it imports in one file, compiled by whoever starts it first: most of what a new
 * worker does otherwise is to load a thousand files. Answers its path; gone when this process ends.
 */
export async function bundleWorker(): Promise<string> {
  mkdirSync(CACHE, { recursive: true })
  const outDir = mkdtempSync(join(CACHE, 'fleet-'))
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  process.env.NODE_COMPILE_CACHE = join(outDir, 'compiled')
  const require = 'requireFrom(import.meta.url)'
  await build({
    config: false,
    entry: { worker: WORKER },
    format: 'esm',
    target: 'node22',
    outDir,
    outExtension: () => ({ js: '.mjs' }),
    noExternal: [INSIDE],
    banner: { js: `import { createRequire as requireFrom } from 'node:module'; const require = ${require}` },
    dts: false,
    silent: true,
  })
  return join(outDir, 'worker.mjs')
}
