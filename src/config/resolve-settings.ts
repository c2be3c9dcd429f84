import { settingsSchema, type Settings, type WrittenSettings } from './schema.ts';
import type { Section, SettingName } from './setting-keys.ts';
import { resolvePaths, type WrittenPath } from './written-path.ts';

/**
 * The settings with every path of this machine made absolute.
 *
 * @param folderOf the folder that a relative path in this setting starts from
 */
export function resolveSettings(
  { debug, environments, docker, lean, sessions, verify, http, batches, nats, telemetry }: WrittenSettings,
  folderOf: (name: SettingName) => string,
  homeDir: string,
): Settings {
  const absoluteIn =
    (section: Section) =>
    (name: string, path: WrittenPath): string =>
      path.from(folderOf(`${section}.${name}` as SettingName), homeDir);
  return {
    debug,
    ...(environments !== undefined && {
      environments: mapValues(environments, (own) =>
        resolvePaths(own, (_, path) => path.from(folderOf('environments'), homeDir)),
      ),
    }),
    docker: resolvePaths(docker, absoluteIn('docker')),
    lean: resolvePaths(lean, absoluteIn('lean')),
    sessions: resolvePaths(sessions, absoluteIn('sessions')),
    verify: resolvePaths(verify, absoluteIn('verify')),
    http: resolvePaths(http, absoluteIn('http')),
    batches: resolvePaths(batches, absoluteIn('batches')),
    nats: resolvePaths(nats, absoluteIn('nats')),
    telemetry: resolvePaths(telemetry, absoluteIn('telemetry')),
  };
}

/** The settings of someone with this home folder who configured nothing. */
export function defaultSettings(homeDir: string): Settings {
  return resolveSettings(settingsSchema.parse({}), () => homeDir, homeDir);
}

function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Readonly<Record<string, Result>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
