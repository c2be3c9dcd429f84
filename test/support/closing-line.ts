import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the output with the numbers on a line of their own. Says how many files were left out for want of Docker, and which
 * tests passed only at a second try, and why not at the first: each has found a fault, of the product or of the test.
 */
export class ClosingLine implements Reporter {
  readonly #filesLeftOut: number;

  /** @param filesLeftOut - how many test files this run does not even load */
  constructor(filesLeftOut: number) {
    this.#filesLeftOut = filesLeftOut;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const secondTries: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        if (test.diagnostic()?.flaky !== true) continue;
        const why = (test.result().errors ?? []).map(({ message }) => `    ${message.split('\n', 1).join()}\n`);
        secondTries.push(`  ${module.relativeModuleId} > ${test.fullName}\n`, ...why);
      }
      // A file that cannot be loaded has no tests, and has failed all the same.
      if (module.errors().length > 0) count.failed += 1;
    }
    process.once('exit', (exitCode) => {
      // A global set-up or teardown that fails belongs to no test.
      const failed = exitCode === 0 ? count.failed : Math.max(1, count.failed);
      const leftOut = this.#filesLeftOut > 0 ? `Not run, for want of Docker: ${this.#filesLeftOut} test files\n` : '';
      const skipped = count.skipped + count.pending;
      const again = secondTries.length > 0 ? `Passed only at a second try:\n${secondTries.join('')}` : '';
      process.stdout.write(`${again}${leftOut}${count.passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
}
