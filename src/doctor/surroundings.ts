import type Docker from 'dockerode';
import type { Bytes } from '../core/bytes.ts';
import type { ExecutionService } from '../execution/execution-service.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { EngineInfo } from '../sandbox/docker/engine-facts.ts';
import type { Protection, SandboxDriver, SandboxSpec } from '../sandbox/sandbox.ts';

/** A setting that somebody gave. */
export interface GivenSetting {
  readonly name: string;
  /** As people write it. */
  readonly value: string;
  /** Where it was given: `config.yaml line 3`. */
  readonly origin: string;
}

/** How much may be at work at a time. */
export interface Demand {
  /** Calls that are executed. */
  readonly calls: number;
  /** Sandboxes that there must be memory for: all that somebody asked for, and those of one call at least. */
  readonly sandboxes: number;
}

/** The configuration, and the program as it is wired by it. */
export interface ConfiguredProgram {
  /** The file that was read; `undefined` when there is none. */
  readonly file: string | undefined;
  /** The settings that are not defaults. */
  readonly given: readonly GivenSetting[];
  /** Name of the sandbox image. */
  readonly image: string;
  /** For when the sandbox image is missing: what it is built on, and the jail as configured. */
  readonly base: Pick<SandboxSpec, 'image' | 'jail'>;
  /** What may be at work at a time. @param memory of a sandbox */
  readonly demand: (memory: Bytes, engine: EngineInfo) => Demand;
  /** Makes the doctor's own sandboxes. */
  readonly driver: SandboxDriver;
  /** Executes code as for any caller. */
  readonly service: Pick<ExecutionService, 'runCode'>;
  /** What stands between code and the machine. */
  readonly protection: (engine: EngineInfo) => Protection;
  /** The configured image with the limits that its sandboxes get. Throws AppError. */
  readonly findLaunch: () => Promise<LeanLaunch | undefined>;
  /** The environments besides the first, of which all of the above is. */
  readonly others: readonly OtherEnvironment[];
}

/** What differs in another environment. */
export interface OtherEnvironment extends Pick<ConfiguredProgram, 'image' | 'findLaunch' | 'service' | 'driver'> {
  readonly name: string;
  /** The command that builds its image. */
  readonly buildCommand: string;
}

/** Where the engine is spoken to. */
export interface EngineEndpoint {
  /** For people: a path, a context, or what DOCKER_HOST says. */
  readonly name: string;
  /** Whether it is a socket or pipe of this machine. What listens there may still run elsewhere, as in a virtual machine. */
  readonly isSocket: boolean;
  /** In words, the engines that would be used before this one and do not answer. */
  readonly passedOver?: string | undefined;
}

/** What the doctor examines. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Name of this machine, to tell whether the engine is on it. */
  readonly hostname: string;
  /** Reads the configuration and wires the program. Throws AppError `config-invalid`. */
  readonly configure: () => Promise<ConfiguredProgram>;
  /** A client of the engine; nothing is sent yet. Throws AppError `engine-unreachable`, `config-invalid`. */
  readonly connect: () => Promise<{ readonly docker: Docker; readonly endpoint: EngineEndpoint }>;
  /** The command that builds the configured image. */
  readonly buildCommand: string;
}
