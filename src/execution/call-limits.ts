import type { Bytes } from '../core/bytes.ts';
import { Deadline } from '../core/deadline.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { CallEnvironment } from './call-environment.ts';

/** What ends a call before it is done. The clock runs from its construction, which is when the sandbox is there. */
export class CallLimits implements Disposable {
  readonly deadline: Deadline;
  readonly timeMs: number;
  readonly memory: Bytes;
  readonly output: Bytes;

  /** @param requestedMs the run time that the caller asks for */
  constructor(environment: CallEnvironment, launch: LeanLaunch, requestedMs: number | undefined, caller: AbortSignal) {
    this.timeMs = Math.min(requestedMs ?? environment.defaultTimeoutMs, environment.maxTimeoutMs);
    this.memory = launch.jail.limits.memory;
    this.output = environment.output.stopBytes;
    this.deadline = new Deadline(this.timeMs, caller);
  }

  [Symbol.dispose](): void {
    this.deadline[Symbol.dispose]();
  }
}
