/** Ends the output of a test run with why tests were skipped, and with one line for scripts to read:
 * `N passed, N failed, N skipped`. */
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    console.log(summarize(modules, unhandledErrors.length).join('\n'));
  }
}

/** The last lines of the run. A file that could not be loaded, a hook that failed and an error outside of any
 * test each count as one failure: no run with an error says `0 failed`. */
export function summarize(modules: readonly TestModule[], unhandledErrors: number): readonly string[] {
  let passed = 0;
  let failed = unhandledErrors;
  let skipped = 0;
  const reasons = new Map<string, number>();
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'failed') failed += 1;
      else {
        skipped += 1;
        const reason = reasonOf(test);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  return [
    ...[...reasons].map(([reason, count]) => `${count} skipped: ${reason}`),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
}

/** What the nearest suite says, or `ctx.skip(note)` in the test. */
function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note !== undefined) return result.note;
  let task: TestCase | TestSuite | TestModule = test;
  while (task.type !== 'module') {
    const { skipReason } = task.meta();
    if (skipReason !== undefined) return skipReason;
    task = task.parent;
  }
  return 'not run';
}
