import type { Observer } from '../telemetry/telemetry.ts';

/** Notices that nobody has called for a while. Disposing ends the watch. */
export class IdleWatch implements Disposable {
  readonly #limitMs: number;
  readonly #onIdle: () => void;
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param limitMs how long, in milliseconds, from now or from the end of the last call; 0: it is never noticed */
  constructor(limitMs: number, onIdle: () => void) {
    this.#limitMs = limitMs;
    this.#onIdle = onIdle;
    this.#wait();
  }

  readonly observe: Observer = ({ kind }) => {
    if (kind === 'call-began') {
      this.#underWay += 1;
      clearTimeout(this.#timer);
    } else if (kind === 'call-ended') {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#wait();
    }
  };

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#limitMs > 0) this.#timer = setTimeout(this.#onIdle, this.#limitMs).unref();
  }
}
