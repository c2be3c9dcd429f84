import type { LoadedConfig } from '../config/load-config.ts';
import { describeOrigin } from '../config/origin.ts';
import { settingKeys, type SettingKey } from '../config/setting-keys.ts';
import { show } from '../config/sources.ts';
import type { GivenSetting } from '../doctor/surroundings.ts';

/** The settings that are not defaults, in the order of the schema, and where each was given. */
export function givenSettings({ settings, origins }: LoadedConfig): GivenSetting[] {
  return settingKeys.flatMap((key) => {
    const origin = origins.get(key.name);
    if (origin === undefined || origin.source === 'default') return [];
    const section: object = key.section === undefined ? settings : settings[key.section];
    const value: unknown = Reflect.get(section, key.shortName);
    return [{ name: key.name, value: describeValue(key, value), origin: describeOrigin(origin) }];
  });
}

function describeValue(key: SettingKey, value: unknown): string {
  if (key.show !== undefined) return key.show(value);
  return typeof value === 'string' ? value : show(value);
}
