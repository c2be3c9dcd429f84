import { removeImage } from '../../image/remove-image.ts';
import { engineClient } from '../../app/engine-client.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** Removes a sandbox image from the engine. @returns the exit code */
export async function removeSandboxImage(name: string, terminal: Terminal): Promise<number> {
  await removeImage(await engineClient(), name);
  terminal.say(`Removed ${name}.`);
  return exitCodes.success;
}
