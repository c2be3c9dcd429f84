/*
 * What a caller waits for whatever it asks: the client, the protocol and this program, by a call that is refused before it
 * gets a sandbox; and the engine's way into a container and back, by a command that does nothing. Each after a pause, as
 * calls of people and agents come: what runs all the time is faster.
 */
import { pause } from './pause.ts';
import type { ToolCaller } from './tool-caller.ts';
import type { Workbench } from './workbench.ts';

const restMs = 300;
const timesPerRound = 5;
/** No image has this, and none lets it be imported. */
const refusedCode = 'import NoSuchLibrary\n';

export class HopTimes {
  readonly #server: ToolCaller;
  readonly #workbench: Workbench;
  /** Milliseconds each. */
  readonly refusals: number[] = [];
  readonly echoes: number[] = [];

  constructor(server: ToolCaller, workbench: Workbench) {
    this.#server = server;
    this.#workbench = workbench;
  }

  async measure(): Promise<void> {
    for (let times = 0; times < timesPerRound; times += 1) {
      await pause(restMs);
      this.refusals.push((await this.#server.call('execute-lean', { code: refusedCode })).milliseconds);
      await pause(restMs);
      this.echoes.push(await this.#workbench.measure(':'));
    }
  }
}
