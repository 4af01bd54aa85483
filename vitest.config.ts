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
    // machines that run tests are slow at times, and a step that waits for a page has a patience of its own
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
}))
