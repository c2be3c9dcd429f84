/* Wires what the doctor examines: the program as a call would use it, and sandboxes of the doctor's own. */
import { hostname } from 'node:os';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Settings } from '../config/schema.ts';
import { imageBuildCommand } from '../doctor/next-step.ts';
import type { Surroundings } from '../doctor/surroundings.ts';
import { DockerDriver } from '../sandbox/docker/docker-driver.ts';
import { openEngine } from '../sandbox/docker/engine.ts';
import { describePassedOver } from '../sandbox/docker/engine-endpoint.ts';
import { readProtection } from '../sandbox/docker/protection.ts';
import { configuredJail } from './configured-jail.ts';
import { createApp } from './create-app.ts';
import { givenSettings } from './given-settings.ts';
import { findConfiguredImage } from './sandbox-image.ts';

export interface DoctorOptions {
  /** Throws AppError `config-invalid`. */
  readonly configure: () => Promise<LoadedConfig>;
  /** The configuration file that was named on the command line. */
  readonly configFile: string | undefined;
}

/** How long removing what is left may take, in milliseconds: the engine may no longer answer. */
const disposalLimitMs = 5000;
/** A call whose code has a `main` gets one sandbox for Lean's messages and one for the program. */
const sandboxesOfCall = 2;

/** Disposing removes the containers; it gives up on an engine that does not answer. */
export function createDoctor({ configure, configFile }: DoctorOptions): Surroundings & AsyncDisposable {
  const owned: AsyncDisposable[] = [];
  return {
    env: process.env,
    platform: process.platform,
    hostname: hostname(),
    buildCommand: imageBuildCommand(configFile),
    connect: reachEngine,
    configure: async () => {
      const config = await configure();
      const { docker } = config.settings;
      const app = createApp(config, { purpose: 'command' });
      const driver = new DockerDriver({
        connect: app.connect,
        maxConcurrentCreations: 1,
        container: { runtime: docker.runtime, cgroupParent: docker.cgroup_parent },
        logger: app.logger,
      });
      owned.push(app, driver);
      const memoryIsDefault = config.origins.get('docker.memory_limit')?.source === 'default';
      return {
        file: config.file,
        given: givenSettings(config),
        image: docker.image,
        baseJail: { image: docker.base_image, ...configuredJail(docker) },
        runtime: docker.runtime,
        expectedSandboxes: expectedSandboxes(docker),
        driver,
        service: app.service,
        protection: async () =>
          await readProtection(await app.connect(), {
            runtime: docker.runtime,
            networkDisabled: docker.network_disabled,
            readOnly: docker.read_only,
          }),
        findLaunch: async () => await findConfiguredImage(await app.connect(), docker, { memoryIsDefault }),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await withinLimit(Promise.allSettled(owned.map((part) => part[Symbol.asyncDispose]())));
    },
  };
}

async function reachEngine(): ReturnType<Surroundings['connect']> {
  const opened = await openEngine(process.env);
  const { name, socketPath } = opened.endpoint;
  const endpoint = { name, isSocket: socketPath !== undefined, passedOver: describePassedOver(opened) };
  return { docker: opened.docker, endpoint };
}

/** Where numbers are `auto` they fit themselves to the machine; then at least one call has to have room. */
function expectedSandboxes({ pool_enabled, pool_size, max_concurrent_calls }: Settings['docker']): number {
  const calls = max_concurrent_calls === 'auto' ? 1 : max_concurrent_calls;
  const ready = pool_enabled && pool_size !== 'auto' ? pool_size : 0;
  return Math.max(sandboxesOfCall * calls, ready);
}

async function withinLimit(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, disposalLimitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
