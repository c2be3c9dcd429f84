import { makeVisible } from '../core/visible-text.ts';
import { nearestVariable } from './nearest-name.ts';
import type { Origin } from './origin.ts';
import { configVariable, settingKeys, variablePrefix, type SettingKey, type SettingName } from './setting-keys.ts';

/** A value as it was given, not yet checked. */
export interface GivenValue {
  readonly key: SettingKey;
  readonly value: unknown;
  readonly origin: Origin;
}

/** What one source gives, and what in it cannot be understood at all. */
export interface SourceReading {
  readonly given: readonly GivenValue[];
  readonly problems: readonly string[];
}

/** A given value as messages show it: on one line, not too long. */
export function show(value: unknown): string {
  const text = makeVisible(typeof value === 'number' ? String(value) : JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 77).toWellFormed()}...` : text;
}

/** A name that nobody here chose, as messages show it: on one line. */
export function showName(name: string): string {
  return makeVisible(name).replaceAll('\n', String.raw`\n`);
}

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting given on the command line. An undefined value means that the flag was not given. */
export interface FlagValue {
  /** As it is typed, for instance `--timeout`. */
  readonly flag: string;
  readonly key: SettingName;
  /** Text is read like that of an environment variable. */
  readonly value: string | number | boolean | readonly string[] | undefined;
}

/** Settings in the environment. Of two variables for one setting, the one with the prefix counts. */
export function fromEnv(env: Environment): SourceReading {
  const given = settingKeys.flatMap((key) => {
    // Other programs read the alias too, and to them an empty one means none.
    const useAlias = key.alias !== undefined && env[key.variable] === undefined && env[key.alias] !== '';
    const variable = useAlias ? key.alias : key.variable;
    const text = env[variable];
    return text === undefined ? [] : [{ key, value: key.fromText(text), origin: { source: 'env', variable } as const }];
  });
  const known = new Set([configVariable, ...settingKeys.map((key) => key.variable)]);
  const problems = Object.keys(env)
    .filter((variable) => variable.startsWith(variablePrefix) && !known.has(variable) && env[variable] !== undefined)
    .map((variable) => {
      const nearest = nearestVariable(variable);
      return `${showName(variable)}: unknown environment variable${nearest === undefined ? '' : `. Did you mean ${nearest}?`}`;
    });
  return { given, problems };
}

/** Settings on the command line. */
export function fromFlags(flags: readonly FlagValue[]): SourceReading {
  const given = flags.flatMap(({ flag, key: name, value }) => {
    const key = settingKeys.find((candidate) => candidate.name === name);
    if (value === undefined || key === undefined) return [];
    const origin = { source: 'flag', flag } as const;
    return [{ key, value: typeof value === 'string' ? key.fromText(value) : value, origin }];
  });
  return { given, problems: [] };
}
