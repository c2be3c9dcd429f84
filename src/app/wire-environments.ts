/* The environments as they run: each with its image, found or built when it is needed, and what may run on it. */
import { homedir } from 'node:os';
import type Docker from 'dockerode';
import type { Settings } from '../config/schema.ts';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Admission } from '../execution/admission.ts';
import type { PoolPlan } from '../execution/sandbox-supply.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { ImportPolicy } from '../lean/source/import-policy.ts';
import { countOthersContainers } from '../sandbox/docker/own-containers.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import {
  callsAtOnce,
  freeMemoryOf,
  importPolicy,
  readySandboxes,
  sandboxesAtFullSpeed,
  warmHeaders,
  type Machine,
} from './auto-settings.ts';
import type { ConfiguredEnvironment } from './configured-environments.ts';
import { ImageProvider } from './image-provider.ts';
import { buildMissingImage, findConfiguredImage } from './sandbox-image.ts';

/** An environment, and where its image comes from. */
export interface WiredEnvironment extends ConfiguredEnvironment {
  /** Tells it from others where every environment has a name. */
  readonly key: string;
  /** The image as it is now, with the jail of its sandboxes; `undefined` when there is none. Throws AppError. */
  readonly find: () => Promise<LeanLaunch | undefined>;
  readonly images: ImageProvider;
  readonly policy: (launch: LeanLaunch) => ImportPolicy;
}

export interface EnvironmentWiring {
  readonly connect: () => Promise<Docker>;
  readonly machine: () => Promise<Machine>;
  /** Learns how much may run at once as soon as it is known what sandboxes get. */
  readonly admission: Pick<Admission, 'concurrency' | 'maxMemory'>;
  readonly logger: Logger;
}

/** What is told where every environment has a name. */
const unnamed = 'default';

/** All environments, and what they have room for together. The first is used where none is named. */
export class WiredEnvironments {
  readonly all: readonly [WiredEnvironment, ...WiredEnvironment[]];
  readonly #wiring: EnvironmentWiring;
  /** What a sandbox of each gets, as far as its image is known. */
  readonly #memory = new Map<string, Bytes>();
  #atFullSpeed = 1;

  constructor(configured: readonly [ConfiguredEnvironment, ...ConfiguredEnvironment[]], wiring: EnvironmentWiring) {
    this.#wiring = wiring;
    const [first, ...others] = configured;
    this.all = [this.#wire(first), ...others.map((one) => this.#wire(one))];
  }

  get first(): WiredEnvironment {
    return this.all[0];
  }

  /** The image of an environment as it is now. @throws AppError `image-missing` */
  async current(key: string): Promise<LeanLaunch> {
    const environment = this.all.find((one) => one.key === key) ?? this.first;
    return (await environment.images.refresh()) ?? missingImage(environment);
  }

  /** What is to be kept ready of an environment, and how much of all together. @param size none for 0 */
  async plan(key: string, { toolchain }: LeanLaunch): Promise<PoolPlan> {
    const { connect, machine: askMachine } = this.#wiring;
    const { lean, docker } = this.all.find((one) => one.key === key) ?? this.first;
    const [machine, others] = await Promise.all([askMachine(), connect().then(countOthersContainers)]);
    const free = freeMemoryOf(machine);
    const size = readySandboxes(docker, this.#least, machine, { free, others });
    const isBounded = docker.pool_size === 'auto' && this.#memory.size > 1;
    return {
      size,
      ...(isBounded && { maxMemory: Math.min(machine.memory, free) / 2 }),
      headers: warmHeaders(lean, toolchain),
    };
  }

  /** The least that a sandbox of any of them gets. */
  get #least(): Bytes {
    return Math.min(...this.#memory.values());
  }

  #wire(configured: ConfiguredEnvironment): WiredEnvironment {
    const { name, docker, lean, leanVersion } = configured;
    const { connect, logger } = this.#wiring;
    const key = name ?? unnamed;
    const find = async (): Promise<LeanLaunch | undefined> => {
      const [found, machine] = await Promise.all([
        findConfiguredImage(await connect(), docker),
        this.#wiring.machine(),
      ]);
      const launch = found && (lean.elaborator ? found : withoutElaborator(found));
      if (launch !== undefined) this.#noteMemory(key, launch.jail.limits.memory, docker, machine);
      return launch;
    };
    const facts = { image: docker.image, ...(name !== undefined && { environment: name }) };
    const wishes = { env: process.env, homeDir: homedir(), ...(leanVersion !== undefined && { leanVersion }) };
    const images = new ImageProvider({
      find,
      build: async (onProgress) => {
        logger.info('The sandbox image is missing; building it', facts);
        await buildMissingImage(await connect(), docker, wishes, onProgress);
        logger.info('Built the sandbox image', facts);
      },
    });
    return { ...configured, key, find, images, policy: ({ toolchain }) => importPolicy(lean, toolchain) };
  }

  /** Calls are as many as the smallest sandboxes would let in; where others are larger, their memory is counted, too. */
  #noteMemory(key: string, memory: Bytes, docker: Settings['docker'], machine: Machine): void {
    const { admission } = this.#wiring;
    this.#memory.set(key, memory);
    const isBounded = docker.max_concurrent_calls === 'auto' && this.#memory.size > 1;
    admission.maxMemory = isBounded ? machine.memory : Infinity;
    admission.concurrency = callsAtOnce(docker, this.#least, machine);
    this.#atFullSpeed = sandboxesAtFullSpeed(docker, machine);
  }

  /** How many sandboxes can compute at a time without taking turns; known when an image is. */
  get atFullSpeed(): number {
    return this.#atFullSpeed;
  }
}

/** @throws AppError `image-missing` */
export function missingImage({ name, docker: { image } }: Pick<ConfiguredEnvironment, 'name' | 'docker'>): never {
  const command = `lean-docker-mcp image build${name === undefined ? '' : ` --name ${name}`}`;
  throw new AppError(
    failures['image-missing'].removedMeanwhile({ command }),
    `The image ${image} is no longer on the Docker engine.`,
  );
}

/** The same image, served by the language server. */
function withoutElaborator(launch: LeanLaunch): LeanLaunch {
  const elaborator = { kind: 'none', reason: 'lean.elaborator is off' } as const;
  return { ...launch, toolchain: { ...launch.toolchain, elaborator } };
}
