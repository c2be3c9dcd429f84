/* Wires what the doctor examines: the program as a call would use it. */
import { hostname } from 'node:os';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Settings } from '../config/schema.ts';
import type { Bytes } from '../core/bytes.ts';
import { within } from '../core/within.ts';
import { imageBuildCommand } from '../doctor/next-step.ts';
import type { Demand, Surroundings } from '../doctor/surroundings.ts';
import { openEngine } from '../sandbox/docker/engine.ts';
import { describePassedOver } from '../sandbox/docker/engine-endpoint.ts';
import { protectionOf } from '../sandbox/docker/protection.ts';
import { callsAtOnce, machineOf, type Machine } from './auto-settings.ts';
import { configuredJail } from './configured-jail.ts';
import { wireApp } from './wire-app.ts';
import { givenSettings } from './given-settings.ts';

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
      const app = wireApp(config, { purpose: 'command' });
      const [{ docker, find }, ...others] = app.allEnvironments;
      owned.push(app);
      return {
        file: config.file,
        given: givenSettings(config),
        image: docker.image,
        base: { image: docker.base_image, jail: configuredJail(docker) },
        demand: (memory, info) => demandOf(docker, memory, machineOf(info)),
        driver: app.driver,
        service: app.service,
        protection: (info) => protectionOf(info, configuredJail(docker)),
        findLaunch: find,
        others: others.map(({ key, docker: { image }, find: findLaunch }) => ({
          name: key,
          image,
          findLaunch,
          driver: app.driver,
          service: {
            runCode: (request, context) => app.service.runCode({ ...request, environment: key }, context),
          },
          buildCommand: imageBuildCommand(configFile, key),
        })),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await within(Promise.allSettled(owned.map((part) => part[Symbol.asyncDispose]())), disposalLimitMs);
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
function demandOf(docker: Settings['docker'], memory: Bytes, machine: Machine): Demand {
  const { pool_enabled, pool_size, max_concurrent_calls } = docker;
  const chosenCalls = max_concurrent_calls === 'auto' ? 1 : max_concurrent_calls;
  const chosenReady = pool_enabled && pool_size !== 'auto' ? pool_size : 0;
  return {
    calls: callsAtOnce(docker, memory, machine),
    sandboxes: Math.max(sandboxesOfCall * chosenCalls, chosenReady),
  };
}
