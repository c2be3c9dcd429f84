/*
 * Containers in which packages are built. Unlike sandboxes they have a network and a volume; they run the packages' own build
 * files, so they get nothing else: no privilege, no socket, no file of this machine. Each ends with the step that it was
 * made for, or when this process does: its main process is the keeper, whose stdin we hold.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Container } from 'dockerode';
import { z } from 'zod';
import type { Bytes } from '../../core/bytes.ts';
import { makeVisible } from '../../core/visible-text.ts';
import { keptServer } from '../../lean/keeper.ts';
import { attach } from '../../sandbox/docker/attach.ts';
import { toEngineError } from '../../sandbox/docker/docker-errors.ts';
import { removeContainer } from '../../sandbox/docker/docker-sandbox.ts';
import { splitOutput } from '../../sandbox/docker/output-streams.ts';
import { sandboxUserId } from '../../sandbox/sandbox.ts';

/** A command in a container of its own. */
export interface BuilderStep {
  readonly image: string;
  /** As an argument list; no shell reads it. */
  readonly command: readonly string[];
  /** Name of one of the engine's networks. */
  readonly network: string;
  readonly env: Readonly<Record<string, string>>;
  readonly volume: { readonly name: string; readonly path: string; readonly readOnly: boolean };
  readonly workingDir: string;
  readonly asRoot?: boolean;
  /** Of everything in it. */
  readonly memory: Bytes;
}

export interface StepEnd {
  /** `undefined` when it was lost. */
  readonly exitCode: number | undefined;
  readonly outOfMemory: boolean;
  /** What it printed to stdout, up to a limit. */
  readonly stdout: string;
  /** The last lines of both streams. */
  readonly said: string;
}

/** Begins the name of every such container. */
export const builderName = 'lean-docker-mcp-builder-';

const keptLines = 20;
const maxLine = 2000;
const maxStdout = 8 * 1024 * 1024;
const maxProcesses = 4096;
const ended = z.object({ StatusCode: z.number().optional() });
const inspected = z.object({ State: z.object({ OOMKilled: z.boolean().optional() }) });

/**
 * Runs a step to its end.
 *
 * @param onLine gets every line of both streams, as it comes
 * @param keep is called when the command has succeeded, before the container is removed
 * @throws AppError `engine-unreachable`, `engine-failed`; the signal's reason
 */
export async function runBuilderStep(
  docker: Docker,
  step: BuilderStep,
  onLine: (line: string) => void,
  signal: AbortSignal | undefined,
  keep?: (container: Container) => Promise<void>,
): Promise<StepEnd> {
  signal?.throwIfAborted();
  const container = await docker.createContainer(request(step)).catch((error: unknown) => {
    throw toEngineError(error, 'creating the builder');
  });
  const stop = (): void => {
    void removeContainer(container).catch(() => undefined);
  };
  signal?.addEventListener('abort', stop);
  try {
    const attached = await attach(docker, container.id);
    attached.on('error', () => undefined);
    const { stdout, stderr } = splitOutput(attached);
    const lines = new LastLines(onLine);
    const printed = new Printed();
    const read = Promise.all([follow(stdout, lines, printed), follow(stderr, lines)]);
    await container.start();
    const waiting: Promise<unknown> = container.wait({ condition: 'not-running' });
    const { StatusCode: exitCode } = ended.parse(await waiting);
    attached.end();
    await read;
    signal?.throwIfAborted();
    const { State } = inspected.parse(await container.inspect());
    if (exitCode === 0) await keep?.(container);
    return { exitCode, outOfMemory: State.OOMKilled === true, stdout: printed.text, said: lines.text };
  } catch (error) {
    signal?.throwIfAborted();
    throw toEngineError(error, 'building packages');
  } finally {
    signal?.removeEventListener('abort', stop);
    await removeContainer(container).catch(() => undefined);
  }
}

function request(step: BuilderStep): Docker.ContainerCreateOptions {
  const { image, command, env, network, volume, workingDir, memory } = step;
  return {
    name: `${builderName}${randomUUID()}`,
    Image: image,
    Cmd: [...keptServer(command)],
    Entrypoint: [],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    User: step.asRoot === true ? '0:0' : `${sandboxUserId}:${sandboxUserId}`,
    WorkingDir: workingDir,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: network,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      LogConfig: { Type: 'none', Config: {} },
      PidsLimit: maxProcesses,
      Memory: memory,
      MemorySwap: memory,
      OomScoreAdj: 500,
      Mounts: [{ Type: 'volume', Source: volume.name, Target: volume.path, ReadOnly: volume.readOnly }],
    },
  };
}

async function follow(stream: Readable, lines: LastLines, printed?: Printed): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    printed?.append(text);
    // Progress that a terminal would overwrite ends in a carriage return.
    const parts = (rest + text).split(/[\r\n]/);
    rest = (parts.pop() ?? '').slice(-maxLine);
    for (const line of parts) lines.add(line);
  });
  await Promise.race([once(stream, 'end'), once(stream, 'close')]);
  lines.add(rest);
}

class Printed {
  text = '';

  append(text: string): void {
    if (this.text.length < maxStdout) this.text += text;
  }
}

class LastLines {
  #lines: string[] = [];
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  get text(): string {
    return this.#lines.join('\n');
  }

  add(line: string): void {
    if (line.trim() === '') return;
    const shown = makeVisible(line.slice(0, maxLine)).trimEnd();
    this.#lines = [...this.#lines.slice(1 - keptLines), shown];
    this.#onLine(shown);
  }
}
