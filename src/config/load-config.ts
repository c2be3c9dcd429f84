import { readFile as readFileFromDisk } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { readConfigFile, type ConfigFileSearch } from './config-file.ts';
import { mergeSources, type Origins } from './merge-sources.ts';
import { resolveSettings } from './resolve-settings.ts';
import type { Settings } from './schema.ts';
import type { SettingName } from './setting-keys.ts';
import { fromEnv, fromFlags, type Environment, type FlagValue } from './sources.ts';

/** What the configuration is read from. */
export interface ConfigSources {
  /** The file that the flag `--config` names. */
  readonly configPath?: string | undefined;
  /** By default that of this process. */
  readonly env?: Environment;
  /** By default that of this process's user. */
  readonly homeDir?: string;
  readonly flags?: readonly FlagValue[];
  /** The folder that relative paths in the environment and in flags start from; by default the current one. */
  readonly currentDir?: string;
  /** By default reads from the disk. */
  readonly readFile?: ConfigFileSearch['readFile'];
}

/** The configuration in force. */
export interface LoadedConfig {
  readonly settings: Settings;
  /** Where each value is from, by the full name of the setting. */
  readonly origins: Origins;
  /** The file that was read; `undefined` when there is none. */
  readonly file: string | undefined;
}

/**
 * Reads the configuration: flags win over the environment, over the file, over the defaults. Paths of this machine come
 * out absolute.
 *
 * @throws AppError `config-invalid`, with everything that is wrong in one message
 */
export async function loadConfig(sources: ConfigSources = {}): Promise<LoadedConfig> {
  const { configPath, env = process.env, homeDir = homedir(), flags = [], currentDir = process.cwd() } = sources;
  const readFile = sources.readFile ?? ((path) => readFileFromDisk(path, 'utf8'));
  const file = await readConfigFile({ configPath, env, homeDir, currentDir, readFile });

  const merged = mergeSources([file, fromEnv(env), fromFlags(flags)]);
  if ('problems' in merged) {
    throw new AppError(
      failures['config-invalid'].settings({ file: file.path }),
      ['The configuration cannot be used:', ...merged.problems].join('\n- '),
    );
  }

  const { origins } = merged;
  const folderOf = (name: SettingName): string => {
    const origin = origins.get(name);
    return origin?.source === 'file' ? dirname(origin.path) : currentDir;
  };
  return { settings: resolveSettings(merged.settings, folderOf, homeDir), origins, file: file.path };
}
