/** Callers that a server over HTTP knows by their tokens, made as an operator makes them. */
import path from 'node:path';
import { expect } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runCommand } from './command.ts';
import type { Variables } from './environment.ts';

/** Disposing removes the folder with the tokens. */
export interface KnownCallers extends AsyncDisposable {
  /** A folder of theirs, for what else a server keeps. */
  readonly folder: string;
  /** What a server has to be told, as for `asVariables`. */
  readonly settings: Variables;
  /** The token of one of them. */
  readonly tokenOf: (name: string) => string;
  /** Runs the command `token` on their tokens. @returns what it prints */
  readonly token: (...args: readonly string[]) => Promise<string>;
}

/** Makes a token for each of these names. */
export async function knownCallers(...names: readonly string[]): Promise<KnownCallers> {
  const folder = await temporaryFolder();
  const settings = { HTTP_TOKENS_FILE: path.join(folder.path, 'tokens.json') };
  const token: KnownCallers['token'] = async (...args) => {
    const { exitCode, stdout, stderr } = await runCommand(['token', ...args], { settings });
    expect(exitCode, stderr).toBe(0);
    return stdout.trim();
  };
  const tokens = new Map<string, string>();
  for (const name of names) tokens.set(name, await token('add', name));
  return {
    folder: folder.path,
    settings,
    tokenOf: (name) => tokens.get(name) ?? expect.fail(`${name} has no token`),
    token,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
