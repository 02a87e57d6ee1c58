import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^google-calendar-sync$/, replacement: at('./src/index.ts') },
      { find: /^google-calendar-sync\/testing\/msw$/, replacement: at('./src/testing/msw.ts') },
      { find: /^google-calendar-sync\/testing$/, replacement: at('./src/testing/index.ts') },
      { find: /^google-calendar-sync\/(.+)$/, replacement: `${at('./src/adapters')}/$1/index.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
  },
})
