import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * `node --import` this, and the package's own name leads to `src/`: an example runs as it stands, from the code as
 * it is now, without a build.
 */
const SRC = new URL('../../src/', import.meta.url)
const NAME = /^google-calendar-sync(?:\/(.+))?$/

function fileFor(subpath: string | undefined): URL {
  if (subpath === undefined) return new URL('index.ts', SRC)
  return new URL(subpath === 'testing' ? 'testing/index.ts' : `adapters/${subpath}/index.ts`, SRC)
}

registerHooks({
  resolve(specifier, context, next) {
    const match = NAME.exec(specifier)
    return next(match ? pathToFileURL(fileFor(match[1]).pathname).href : specifier, context)
  },
})
