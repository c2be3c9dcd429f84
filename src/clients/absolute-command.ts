/*
 * How a client starts this server that does not find `npx`: programs of a desktop often have a PATH on which only what the
 * system came with is, not a Node that a version manager or an installer added.
 */
import path from 'node:path';

/** What is known of how this program was started itself. */
export interface Installation {
  readonly platform: NodeJS.Platform;
  /** The Node that runs it. */
  readonly node: string;
  /** Its own file. */
  readonly main: string;
  /** Where npm is, as npm tells what it starts. */
  readonly npm?: string | undefined;
  readonly exists: (file: string) => boolean;
}

/** A command of absolute paths, and the variables that it needs. */
export interface AbsoluteCommand {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts this very installation, unless `npx` keeps it in its cache, which it cleans: then `npx` is started by its path, and
 * finds the same Node on a PATH of its own.
 */
export function absoluteCommand({ platform, node, main, npm, exists }: Installation): AbsoluteCommand {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const folder = paths.dirname(node);
  const candidates = [
    ...(npm === undefined ? [] : [paths.join(paths.dirname(npm), 'npx-cli.js')]),
    paths.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npx-cli.js'),
    paths.join(folder, 'node_modules', 'npm', 'bin', 'npx-cli.js'),
    '/usr/share/nodejs/npm/bin/npx-cli.js',
  ];
  const npx = main.split(/[/\\]/).includes('_npx') ? candidates.find(exists) : undefined;
  if (npx === undefined) return { command: [node, main], env: {} };
  const system =
    platform === 'win32' ? ['C:\\Windows\\System32', 'C:\\Windows'] : ['/usr/local/bin', '/usr/bin', '/bin'];
  return {
    command: [node, npx, '-y', 'lean-docker-mcp'],
    env: { PATH: [folder, ...system].join(paths.delimiter) },
  };
}
