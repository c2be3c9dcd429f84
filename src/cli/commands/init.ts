import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { absoluteCommand, type Installation } from '../../clients/absolute-command.ts';
import { addEntry } from '../../clients/add-entry.ts';
import { asTyped, claudeArguments } from '../../clients/claude-command.ts';
import { clients, type Client, type ClientName, type Machine } from '../../clients/client.ts';
import { readIfThere, replaceFile } from '../../clients/replace-file.ts';
import { serverEntry, type Launch } from '../../clients/server-entry.ts';
import { showChange } from '../../clients/show-change.ts';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface InitOptions {
  readonly name: string;
  readonly project?: true | undefined;
  readonly file?: string | undefined;
  readonly env?: readonly string[] | undefined;
  readonly print?: true | undefined;
  readonly yes?: true | undefined;
  readonly absolute?: true | undefined;
}

/** Asks the person, who answers yes, no, or not at all. */
export type Ask = (question: string) => Promise<boolean | undefined>;

/** Where a client is told about this server, and by whom. */
export interface InitSurroundings {
  readonly machine: Machine;
  readonly installation: Installation;
  readonly terminal: Terminal;
  readonly ask: Ask;
}

/** Tells a client about this server, after the person has seen how. @returns the exit code */
export async function init(
  clientName: ClientName,
  options: InitOptions,
  { machine, installation, terminal, ask }: InitSurroundings,
): Promise<number> {
  const client = clients[clientName];
  const absolute = options.absolute === true ? absoluteCommand(installation) : { env: {} };
  const env = { ...absolute.env, ...variables(options.env ?? [], machine.env) };
  const launch: Launch = { ...absolute, platform: machine.platform, env };
  if (launch.env['DOCKER_HOST'] === undefined && machine.env['DOCKER_HOST']) {
    terminal.say('DOCKER_HOST is set here. A client that is not started from this shell will not see it;');
    terminal.say('to give it to the server, add: --env DOCKER_HOST');
  }
  const file = fileOf(clientName, client, options, machine);
  if (file === undefined) return await runClaude(claudeArguments(options.name, launch), options, terminal, ask);
  const entry = serverEntry(clientName, client, launch);
  if (options.print === true) {
    terminal.say(`For ${file}:`);
    terminal.out(addEntry('', file, client, options.name, entry));
    return exitCodes.success;
  }
  const before = await readIfThere(file);
  const after = addEntry(before ?? '', file, client, options.name, entry);
  if (after === before) {
    terminal.say(`${client.title} has this server already, in ${file}.`);
    return exitCodes.success;
  }
  terminal.out(showChange(file, before, after));
  if (!(await agrees(options, ask, 'Write this?'))) return declined(terminal);
  await replaceFile(file, before, after);
  terminal.say(`Wrote ${file}. ${client.afterwards}`);
  return exitCodes.success;
}

/** The file to change; `undefined` when the client's own command does it. @throws AppError `usage` */
function fileOf(name: ClientName, client: Client, options: InitOptions, machine: Machine): string | undefined {
  if (options.file !== undefined) return path.resolve(options.file);
  if (options.project !== true) return client.userFile?.(machine);
  if (client.projectFile !== undefined) return path.resolve(client.projectFile);
  throw new AppError(
    failures.usage.noProjectConfiguration({ client: name }),
    `${client.title} has no configuration of a project.`,
  );
}

/** `NAME=VALUE`, or `NAME` for a variable of this shell. @throws AppError `usage` */
function variables(given: readonly string[], env: Machine['env']): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name = '', value = env[name]] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(text) ?? [];
      if (name !== '' && value !== undefined) return [name, value];
      throw new AppError(
        failures.usage.variable,
        name === '' ? `--env ${text}: not a variable` : `--env ${text}: it is not set here`,
      );
    }),
  );
}

async function agrees({ yes }: InitOptions, ask: Ask, question: string): Promise<boolean> {
  const answer = yes === true || (await ask(question));
  if (answer !== undefined) return answer;
  throw new AppError(failures.usage.nobodyAnswered, 'Nothing was changed, because nobody answered.');
}

function declined(terminal: Terminal): number {
  terminal.say('Nothing was changed.');
  return exitCodes.success;
}

async function runClaude(args: readonly string[], options: InitOptions, terminal: Terminal, ask: Ask): Promise<number> {
  terminal.out(`${asTyped(['claude', ...args])}\n`);
  if (options.print === true) return exitCodes.success;
  if (!(await agrees(options, ask, 'Run this?'))) return declined(terminal);
  const child = spawn('claude', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === 0) return exitCodes.success;
    throw new AppError(
      failures['client-config-unusable'].clientCommandFailed,
      `claude could not do it (exit code ${code ?? 'none'}).`,
    );
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      failures['client-config-unusable'].clientCommandMissing,
      'The command claude could not be started.',
      { cause: error },
    );
  }
}
