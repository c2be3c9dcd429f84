import { homedir } from 'node:os';
import type Docker from 'dockerode';
import { chooseEndpoint, type ChosenEndpoint } from './engine-endpoint.ts';
import { limitRequests } from './request-limit.ts';

/** A client of an engine, and where that is. */
export interface EngineConnection extends ChosenEndpoint {
  readonly docker: Docker;
}

/**
 * A client of the Docker engine that this user's Docker tools would use; see engine-endpoint.ts. Nothing is sent yet. Each
 * request has a time limit.
 *
 * @throws AppError `engine-unreachable` when nobody listens anywhere; `config-invalid` when the context is none
 */
export async function openEngine(env: NodeJS.ProcessEnv): Promise<EngineConnection> {
  // Imported on demand: loading it takes longer than the rest of the program's start.
  const [{ default: DockerClient }, chosen] = await Promise.all([import('dockerode'), chooseEndpoint(env, homedir())]);
  return { ...chosen, docker: limitRequests(new DockerClient(chosen.endpoint.options)) };
}

/** The client alone. Throws as {@link openEngine}. */
export async function connectEngine(env: NodeJS.ProcessEnv): Promise<Docker> {
  return (await openEngine(env)).docker;
}
