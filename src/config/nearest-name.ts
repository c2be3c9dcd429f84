import { closestMatch } from 'leven';
import { configVariable, settingKeys, variablePrefix } from './setting-keys.ts';
import { sections } from './schema.ts';

/** The key or section that someone may have meant by `name`, whatever section they put it in. */
export function nearestKey(name: string): string | undefined {
  const places = new Map<string, string>(Object.keys(sections).map((section) => [section, section]));
  for (const key of settingKeys) places.set(key.shortName, key.name);
  return nearest(name.slice(name.lastIndexOf('.') + 1), places);
}

/** The environment variable that someone may have meant by `name`. */
export function nearestVariable(name: string): string | undefined {
  const variables = new Map(settingKeys.map((key) => [key.shortName, key.variable]));
  variables.set('config', configVariable);
  return nearest(name.slice(variablePrefix.length), variables);
}

function nearest(name: string, candidates: ReadonlyMap<string, string>): string | undefined {
  const plain = name.toLowerCase().replaceAll('-', '_').replace(sectionPrefix, '');
  const names = [...candidates.keys()];
  const match =
    closestMatch(plain, names, { maxDistance: Math.ceil(plain.length / 3) }) ??
    names.find((candidate) => plain.length > 2 && candidate.startsWith(plain));
  return match === undefined ? undefined : candidates.get(match);
}

const sectionPrefix = new RegExp(`^(?:${Object.keys(sections).join('|')})_`);
