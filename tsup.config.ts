import { defineConfig, type Options } from 'tsup'

const common: Options = {
  format: ['esm', 'cjs'],
  target: 'node22.16',
  platform: 'node',
  dts: true,
  sourcemap: false,
}

export default defineConfig([
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      memory: 'src/adapters/memory/index.ts',
      sql: 'src/adapters/sql/index.ts',
      'in-process-queue': 'src/adapters/in-process-queue/index.ts',
      'pg-boss': 'src/adapters/pg-boss/index.ts',
      bullmq: 'src/adapters/bullmq/index.ts',
      node: 'src/adapters/node/index.ts',
      express: 'src/adapters/express/index.ts',
      testing: 'src/testing/index.ts',
      'testing/msw': 'src/testing/msw.ts',
    },
    splitting: true,
    // Two builds write here at the same time: `npm run build` empties the folder before both.
    clean: false,
  },
  {
    ...common,
    entry: { sqlite: 'src/adapters/sqlite/index.ts' },
    // With kysely inside, so that the embedded default needs nothing; ./sql takes the host's own copy. A chunk
    // shared with ./sql would have to be one or the other, hence a build and a file of its own.
    noExternal: ['kysely'],
    banner: {
      js: '/*! Contains kysely, Copyright (c) 2022 Sami Koskimäki, MIT License: see docs/adapters.md */',
    },
    splitting: false,
    clean: false,
  },
])
