import { TokenFile } from '../../identity/token-file.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

/** Makes a token and prints it, for the only time. @returns the exit code */
export async function addToken(name: string, file: string, terminal: Terminal): Promise<number> {
  const token = await new TokenFile(file).add(name);
  terminal.out(`${token}\n`);
  terminal.say(`This is the token of ${name}; it is not kept and cannot be shown again. Clients send it as`);
  terminal.say('  Authorization: Bearer TOKEN');
  return exitCodes.success;
}

/** Lists for whom there are tokens. @returns the exit code */
export async function listTokens(file: string, terminal: Terminal): Promise<number> {
  const tokens = await new TokenFile(file).read();
  for (const { name, created } of tokens ?? []) terminal.out(`${name}\t${created}\n`);
  if (tokens === undefined) terminal.say(`There is no token file ${file}: serve --http asks nobody for a token.`);
  else if (tokens.length === 0) terminal.say(`${file} has no tokens: nobody gets in with one.`);
  return exitCodes.success;
}

/** Makes a token worthless, also for a server that runs. @returns the exit code */
export async function revokeToken(name: string, file: string, terminal: Terminal): Promise<number> {
  await new TokenFile(file).revoke(name);
  terminal.say(`The token of ${name} is revoked. A server that runs refuses it from the next second on.`);
  return exitCodes.success;
}
