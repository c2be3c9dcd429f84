import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with the numbers on a line of their own, and says how many files were left out for want of Docker. */
export class ClosingLine implements Reporter {
  readonly #filesLeftOut: number;

  /** @param filesLeftOut - how many test files this run does not even load */
  constructor(filesLeftOut: number) {
    this.#filesLeftOut = filesLeftOut;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      // A file that cannot be loaded has no tests, and has failed all the same.
      if (module.errors().length > 0) count.failed += 1;
    }
    process.once('exit', (exitCode) => {
      // A global set-up or teardown that fails belongs to no test.
      const failed = exitCode === 0 ? count.failed : Math.max(1, count.failed);
      const leftOut = this.#filesLeftOut > 0 ? `Not run, for want of Docker: ${this.#filesLeftOut} test files\n` : '';
      const skipped = count.skipped + count.pending;
      process.stdout.write(`${leftOut}${count.passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
}
