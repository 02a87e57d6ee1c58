import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    memory: 'src/adapters/memory/index.ts',
    sql: 'src/adapters/sql/index.ts',
    sqlite: 'src/adapters/sqlite/index.ts',
    'in-process-queue': 'src/adapters/in-process-queue/index.ts',
    testing: 'src/testing/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node22.16',
  platform: 'node',
  dts: true,
  splitting: true,
  clean: true,
  sourcemap: false,
  // Bundled, so that the embedded default needs nothing; ./sql keeps kysely external through the plugin's rule.
  noExternal: [],
})
