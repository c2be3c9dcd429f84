/*
 * Which engine is spoken to: the one that DOCKER_HOST names; else the one of the active context; else the first of the
 * usual sockets at which somebody listens. The file of a socket can be left behind by an engine that is gone, so each is
 * tried; so is that of a context, unless it was asked for by DOCKER_CONTEXT.
 */
import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import path from 'node:path';
import type { DockerOptions } from 'dockerode';
import { AppError } from '../../core/app-error.ts';
import { codeOf } from '../../core/system-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { activeContext, type DockerContext } from './docker-context.ts';
import { accessDenied } from './docker-errors.ts';

/** An engine, as it can be reached. */
export interface EngineEndpoint {
  /** For people: `/var/run/docker.sock`, `unix:///… (context orbstack)`, `DOCKER_HOST=tcp://…`. */
  readonly name: string;
  /** By what it was chosen; `usual` when nobody chose anything. */
  readonly chosenBy: 'DOCKER_HOST' | 'DOCKER_CONTEXT' | 'context' | 'usual';
  /** The socket or pipe of this machine; `undefined` when it is reached otherwise. */
  readonly socketPath: string | undefined;
  /** For the engine's client; `undefined` where it reads DOCKER_HOST itself. */
  readonly options: DockerOptions | undefined;
}

/** Where nobody listens, and why not: `ENOENT`. */
export interface TriedEndpoint {
  readonly name: string;
  readonly why: string;
  /** Whether somebody chose it: its context is the active one. */
  readonly isChosen: boolean;
}

/** The engine that is used, and those that came before it. */
export interface ChosenEndpoint {
  readonly endpoint: EngineEndpoint;
  readonly tried: readonly TriedEndpoint[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Somebody who takes so long to take a connection is there. In milliseconds. */
const connectLimitMs = 1000;
const windowsPipe = '//./pipe/docker_engine';
const defaultPort = 2375;

/**
 * Finds the engine. One that DOCKER_HOST or DOCKER_CONTEXT names, or that is on another machine, is taken without a look.
 *
 * @param systemSocket where an engine of the whole system listens
 * @throws AppError `engine-unreachable`, and tells what was tried; `config-invalid` when what is named is none
 */
export async function chooseEndpoint(
  env: Environment,
  homeDir: string,
  systemSocket = '/var/run/docker.sock',
): Promise<ChosenEndpoint> {
  const given = env['DOCKER_HOST'] ?? '';
  if (given !== '') return { endpoint: givenEndpoint(given), tried: [] };
  const tried: TriedEndpoint[] = [];
  for (const candidate of candidates(env, homeDir, systemSocket)) {
    if (!('endpoint' in candidate)) {
      tried.push(candidate);
      continue;
    }
    const { endpoint } = candidate;
    const why = isTakenUnseen(endpoint) ? undefined : await whyNobodyListens(endpoint.socketPath ?? '');
    if (why === undefined) return { endpoint, tried };
    tried.push({ name: endpoint.name, why, isChosen: endpoint.chosenBy === 'context' });
  }
  throw nobodyListens(tried);
}

function isTakenUnseen({ chosenBy, socketPath }: EngineEndpoint): boolean {
  return chosenBy === 'DOCKER_CONTEXT' || socketPath === undefined;
}

function givenEndpoint(host: string): EngineEndpoint {
  const socketPath = socketOf(host);
  return { name: `DOCKER_HOST=${host}`, chosenBy: 'DOCKER_HOST', socketPath, options: undefined };
}

function* candidates(
  env: Environment,
  homeDir: string,
  systemSocket: string,
): Generator<{ readonly endpoint: EngineEndpoint } | TriedEndpoint> {
  const active = activeContext(env, homeDir);
  if (active.kind === 'unusable') yield { name: active.what, why: active.why, isChosen: true };
  if (active.kind === 'context') yield { endpoint: contextEndpoint(active.context, active.isRequired, env) };
  if (active.kind === 'context' && active.isRequired) return;
  for (const socketPath of usualSockets(env, homeDir, systemSocket))
    yield { endpoint: { name: socketPath, chosenBy: 'usual', socketPath, options: { socketPath } } };
}

function contextEndpoint({ name, host, tls }: DockerContext, isRequired: boolean, env: Environment): EngineEndpoint {
  const socketPath = socketOf(host);
  return {
    name: `${host} (context ${name})`,
    chosenBy: isRequired ? 'DOCKER_CONTEXT' : 'context',
    socketPath,
    options: socketPath === undefined ? distantOptions(name, host, tls, env) : { socketPath },
  };
}

/** The path behind `unix://` or `npipe://`. */
function socketOf(host: string): string | undefined {
  const [, found = ''] = /^(?:unix|npipe):\/\/(.*)$/.exec(host) ?? [];
  return found === '' ? undefined : found;
}

/** @throws AppError `config-invalid` */
function distantOptions(name: string, host: string, tls: DockerContext['tls'], env: Environment): DockerOptions {
  const url = URL.canParse(host) ? new URL(host) : undefined;
  switch (url?.protocol) {
    case 'ssh:': {
      const username = url.username === '' ? env['USER'] : decodeURIComponent(url.username);
      return {
        protocol: 'ssh',
        host: url.hostname,
        ...(url.port !== '' && { port: Number(url.port) }),
        ...(username !== undefined && { username }),
        ...(env['SSH_AUTH_SOCK'] !== undefined && { sshOptions: { agent: env['SSH_AUTH_SOCK'] } }),
      };
    }
    case 'tcp:':
    case 'http:':
    case 'https:': {
      const place = { host: url.hostname, port: url.port === '' ? defaultPort : Number(url.port) };
      if (tls === undefined) return { ...place, protocol: url.protocol === 'https:' ? 'https' : 'http' };
      const { skipVerify, ...material } = tls;
      // An engine's certificate that its context says not to verify: the operator's decision, made with `docker context`.
      const agent = new Agent({ ...material, rejectUnauthorized: !skipVerify });
      return { ...place, protocol: 'https', agent } as DockerOptions;
    }
    default:
      throw new AppError(
        failures['config-invalid'].contextEndpointUnknown,
        `The Docker context ${name} has an endpoint that is not known: ${host}`,
      );
  }
}

function usualSockets(env: Environment, homeDir: string, systemSocket: string): string[] {
  if (process.platform === 'win32') return [windowsPipe];
  const runtimeDir = env['XDG_RUNTIME_DIR'] ?? '';
  return [
    systemSocket,
    ...(runtimeDir === '' ? [] : [path.join(runtimeDir, 'docker.sock')]),
    ...['.docker/run', '.docker/desktop', '.orbstack/run', '.colima/default', '.rd'].map((folder) =>
      path.join(homeDir, folder, 'docker.sock'),
    ),
  ];
}

/** @returns the system's code for it; `undefined` when somebody is there */
async function whyNobodyListens(socketPath: string): Promise<string | undefined> {
  const trial = connect(socketPath);
  try {
    await once(trial, 'connect', { signal: AbortSignal.timeout(connectLimitMs) });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AbortError') return undefined;
    return codeOf(error) ?? error.message;
  } finally {
    trial.on('error', () => undefined).destroy();
  }
}

/** What it comes to when no engine was found. */
export function nobodyListens(tried: readonly TriedEndpoint[]): AppError {
  const denied = tried.find(({ why }) => why === 'EACCES' || why === 'EPERM');
  if (denied !== undefined) {
    const cause = Object.assign(new Error(`connect ${denied.why}`), { code: denied.why });
    return accessDenied(denied.name, denied.why, cause);
  }
  return new AppError(failures['engine-unreachable'].start, `No Docker engine answers. ${describeTried(tried)}.`);
}

/** In words, what would be used before the engine that is used; `undefined` when that is the first that anybody expects. */
export function describePassedOver({ tried }: Pick<ChosenEndpoint, 'tried'>): string | undefined {
  const missed = tried.filter(({ why, isChosen }) => isChosen || why !== 'ENOENT');
  return missed.length === 0 ? undefined : `${describeTried(missed)}.`;
}

/** Those that are there one by one, then those that are not. */
function describeTried(tried: readonly TriedEndpoint[]): string {
  const present = tried.filter(({ why }) => why !== 'ENOENT').map(({ name, why }) => `${name} (${why})`);
  const absent = tried.filter(({ why }) => why === 'ENOENT').map(({ name }) => name);
  const parts = [
    ...(present.length > 0 ? [`Nobody listens at ${present.join(', ')}`] : []),
    ...(absent.length > 0 ? [`${present.length > 0 ? 'there' : 'There'} is nothing at ${absent.join(', ')}`] : []),
  ];
  return parts.join('; ');
}
