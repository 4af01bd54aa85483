import { configDefaults, defineConfig } from 'vitest/config'
import { hasBrowser } from './test/support/browser.ts'

export default defineConfig(async () => ({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...((await hasBrowser()) ? [] : ['test/console/**'])],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/count-reporter.ts'],
    pool: 'forks' as const,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
}))
