import { join } from 'node:path';
import { messageOf } from '../core/app-error.ts';
import { codeOf } from '../core/system-error.ts';
import { configVariable } from './setting-keys.ts';
import type { Environment, SourceReading } from './sources.ts';
import { WrittenPath } from './written-path.ts';

/** Where the file may be, and how to read it. */
export interface ConfigFileSearch {
  /** The file that the flag `--config` names. */
  readonly configPath: string | undefined;
  readonly env: Environment;
  readonly homeDir: string;
  readonly currentDir: string;
  /** Reads a file as UTF-8; fails with code `ENOENT` when there is none. */
  readonly readFile: (path: string) => Promise<string>;
}

/** The configuration file; without a path when there is none to read. */
export interface ConfigFile extends SourceReading {
  readonly path: string | undefined;
}

/** Reads the file that the flag names, else the one that the environment names, else the one in the home folder. */
export async function readConfigFile({
  configPath,
  env,
  homeDir,
  currentDir,
  readFile,
}: ConfigFileSearch): Promise<ConfigFile> {
  const named = configPath ?? env[configVariable];
  const namedBy = configPath === undefined ? configVariable : '--config';
  if (named === '')
    return { path: undefined, given: [], problems: [`${namedBy}: expected the path of a file, got ""`] };

  const path =
    named === undefined
      ? join(homeDir, '.lean-docker-mcp', 'config.yaml')
      : new WrittenPath(named).from(currentDir, homeDir);
  let text: string;
  try {
    text = await readFile(path);
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT';
    if (missing && named === undefined) return { path: undefined, given: [], problems: [] };
    const what = missing ? 'there is no such file' : `cannot be read: ${messageOf(error)}`;
    return { path, given: [], problems: [`${path}: ${what}${named === undefined ? '' : ` (${namedBy})`}`] };
  }
  // Loaded on demand: most starts find no file.
  const { fromYaml } = await import('./yaml-source.ts');
  return { path, ...fromYaml(text, path) };
}
