import { messageOf } from '../core/app-error.ts';
import type { Faults } from '../core/faults.ts';
import type { LogFields, Logger } from '../telemetry/telemetry.ts';

export interface LastNetOptions {
  readonly faults: Faults;
  /** The fields of the work that goes on where a fault shows. */
  readonly fields: () => LogFields;
  readonly logger: Logger;
}

/**
 * Catches what nobody caught. A fault in a call ends that call. One that is nobody's may have left anything in any state:
 * the signal fires, and the process is to end in order.
 */
export class LastNet implements Disposable {
  readonly #options: LastNetOptions;
  readonly #controller = new AbortController();

  constructor(options: LastNetOptions) {
    this.#options = options;
    process.on('uncaughtException', this.#onFault);
  }

  /** Fires at a fault that is nobody's. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    process.off('uncaughtException', this.#onFault);
  }

  readonly #onFault = (error: unknown): void => {
    const { faults, fields, logger } = this.#options;
    const { call } = fields();
    const facts = { error: messageOf(error), stack: error instanceof Error ? error.stack : undefined };
    if (faults.blame(call, error)) logger.error('A fault of this program ended a call', facts);
    else {
      logger.error('A fault of this program that belongs to no call: shutting down', facts);
      this.#controller.abort(error);
    }
  };
}
