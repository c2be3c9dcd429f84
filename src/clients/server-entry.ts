import type { Client, ClientName, Timeouts } from './client.ts';

/** The name under which clients list this server, unless the user chooses another. */
export const defaultServerName = 'lean';

/** What the client is to start. */
export interface Launch {
  /** The platform that the client runs on. */
  readonly platform: NodeJS.Platform;
  /** Environment variables for the server. */
  readonly env: Readonly<Record<string, string>>;
  /** How it is started; absent: by `npx`, which the client finds on its PATH. */
  readonly command?: readonly [string, ...string[]];
}

/** The entry of this server in a client's list. */
export interface ServerEntry extends Partial<Timeouts> {
  readonly type?: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const starting = ['npx', '-y', 'lean-docker-mcp'] as const;

/** The command with which the client starts this server. Claude Code on Windows starts programs only, and npx is a script there. */
export function startCommand(name: ClientName, { platform, command }: Launch): readonly [string, ...string[]] {
  if (command !== undefined) return command;
  return name === 'claude-code' && platform === 'win32' ? ['cmd', '/c', ...starting] : starting;
}

/** The entry for a client. */
export function serverEntry(name: ClientName, client: Client, launch: Launch): ServerEntry {
  const [command, ...args] = startCommand(name, launch);
  return {
    ...(client.namesTransport && { type: 'stdio' }),
    command,
    args,
    ...client.timeouts,
    ...(Object.keys(launch.env).length > 0 && { env: launch.env }),
  };
}

/** Whether an entry of a client's list starts this program, in whatever way. */
export function startsThisProgram(entry: Readonly<Record<string, unknown>>): boolean {
  const { command, args } = entry;
  const words: unknown[] = [command, ...(Array.isArray(args) ? (args as unknown[]) : [])];
  return words.some((word) => typeof word === 'string' && word.includes('lean-docker-mcp'));
}
