import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line, `N passed, N failed`, for whoever reads the output without knowing Vitest. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const passed = tests.filter(test => test.result().state === 'passed').length
    const skipped = tests.filter(test => test.result().state === 'skipped').length
    const brokenModules = modules.filter(module => module.errors().length > 0).length
    const failed = tests.length - passed - skipped + brokenModules + unhandledErrors.length
    const parts = [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])]
    process.stdout.write(`\n${parts.join(', ')}\n`)
  }
}
