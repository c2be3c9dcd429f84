/* The environments that are configured: each the settings that all have, with its own in their place. */
import type { LoadedConfig } from '../config/load-config.ts';
import type { EnvironmentSettings, Settings } from '../config/schema.ts';
import type { SettingName } from '../config/setting-keys.ts';
import { noSuchEnvironment } from '../execution/environments.ts';

/** An image, and all that is configured of what runs on it. */
export interface ConfiguredEnvironment {
  /** Absent: the only one, of a configuration that names none. */
  readonly name: string | undefined;
  readonly docker: Settings['docker'];
  readonly lean: Settings['lean'];
  /** The Lean release that its image is built from when nothing else is said. */
  readonly leanVersion: string | undefined;
}

type Environments = readonly [ConfiguredEnvironment, ...ConfiguredEnvironment[]];
type OwnSetting = Exclude<keyof EnvironmentSettings, 'lean_version'>;

/** Where what an environment may have of its own is, when it has not. */
const common: Readonly<Record<OwnSetting, 'docker' | 'lean'>> = {
  image: 'docker',
  base_image: 'docker',
  toolchain_dir: 'docker',
  memory_limit: 'docker',
  cpu_limit: 'docker',
  pids_limit: 'docker',
  tmpfs_size: 'docker',
  allowed_imports: 'lean',
  blocked_imports: 'lean',
  warm_headers: 'lean',
};

/** In their order; the first is used where none is named. A flag says what it says of all of them. */
export function configuredEnvironments({
  settings,
  origins,
}: Pick<LoadedConfig, 'settings' | 'origins'>): Environments {
  const { docker, lean, environments = {} } = settings;
  const [first, ...others] = Object.entries(environments).map(([name, own]): ConfiguredEnvironment => {
    const ownIn = (section: 'docker' | 'lean'): object =>
      Object.fromEntries(
        Object.entries(common)
          .filter(([key, where]) => where === section && own[key as OwnSetting] !== undefined)
          .filter(([key]) => origins.get(`${section}.${key}` as SettingName)?.source !== 'flag')
          .map(([key]) => [key, own[key as OwnSetting]]),
      );
    return {
      name,
      docker: { ...docker, ...ownIn('docker') },
      lean: { ...lean, ...ownIn('lean') },
      leanVersion: own.lean_version,
    };
  });
  return first === undefined ? [{ name: undefined, docker, lean, leanVersion: undefined }] : [first, ...others];
}

/** The environment of a name; without one the first. @throws AppError `usage` when there is none of that name */
export function findEnvironment(environments: Environments, name: string | undefined): ConfiguredEnvironment {
  if (name === undefined) return environments[0];
  const found = environments.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw noSuchEnvironment(
    name,
    environments.flatMap((one) => one.name ?? []),
  );
}
