/** What a check came to. `skipped` is no success: nothing is known. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'skipped';

/** A check as people and scripts see it. */
export interface CheckResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly detail: string;
  /** What to type next, or to do where no command helps. */
  readonly next?: string;
}

/** What a check found out. One that passed carries what later checks need. */
export type Finding<Value = undefined> =
  | { readonly verdict: 'ok'; readonly detail: string; readonly value: Value }
  | { readonly verdict: 'warning'; readonly detail: string; readonly next?: string; readonly value: Value }
  | { readonly verdict: 'failed'; readonly detail: string; readonly next: string }
  | { readonly verdict: 'skipped'; readonly detail: string };

/** Nothing failed. What was skipped because of a failure does not count: the failure does. */
export function isReady(checks: readonly CheckResult[]): boolean {
  return checks.every(({ verdict }) => verdict !== 'failed');
}
