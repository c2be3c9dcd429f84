import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { makeVisible } from '../core/visible-text.ts';
import { JoinedSignal } from '../core/joined-signal.ts';
import { toEngineError } from '../sandbox/docker/docker-errors.ts';
import type { OnBuildProgress } from './build-progress.ts';
import { engineMessages } from './engine-messages.ts';

export interface EngineBuild {
  /** The build context, a tar archive with a Dockerfile in it. */
  readonly context: Readable;
  /** The name that the image gets. */
  readonly tag: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The network that its commands get. Default: none. */
  readonly network?: string;
}

const maxKeptLines = 20;
const maxInstructionLength = 40;

/**
 * Has the engine build an image, with its classic builder, whose commands get no network unless told otherwise. The image gets its name in a
 * request of its own: a build that is cancelled close to its end goes on, and would name the image behind our back.
 *
 * @throws AppError `image-build-failed` with the last lines of the step that failed; what reading the context throws;
 *   `engine-unreachable`, `engine-failed`; the signal's reason when it fires
 */
export async function runEngineBuild(
  docker: Docker,
  { context, tag, labels, network = 'none' }: EngineBuild,
  onProgress: OnBuildProgress,
  signal?: AbortSignal,
): Promise<void> {
  // The client does not notice when its input fails, and would wait for the rest.
  const contextFailed = new AbortController();
  context.once('error', (error) => {
    contextFailed.abort(error);
  });
  using either = new JoinedSignal(signal === undefined ? [contextFailed.signal] : [signal, contextFailed.signal]);
  const abortSignal = either.signal;
  try {
    const stream = await docker.buildImage(context, {
      networkmode: network,
      rm: true,
      forcerm: true,
      abortSignal,
      ...(labels && { labels: { ...labels } }),
    });
    const id = await followBuild(stream, onProgress);
    abortSignal.throwIfAborted();
    const [, repo, version] = /^(.+):([^:/]+)$/.exec(tag) ?? [tag, tag, 'latest'];
    await docker.getImage(id).tag({ repo, tag: version });
  } catch (error) {
    abortSignal.throwIfAborted();
    throw toEngineError(error, 'building the image');
  } finally {
    context.destroy();
  }
}

/** @returns the id of the image */
async function followBuild(stream: NodeJS.ReadableStream, onProgress: OnBuildProgress): Promise<string> {
  let step = 'the first step';
  let lines: string[] = [];
  let built: string | undefined;
  for await (const { error, stream: said, status, id, aux } of engineMessages(stream)) {
    if (error !== undefined) throw buildError(step, [...lines, error]);
    built = aux?.ID ?? built;
    if (status !== undefined) onProgress({ phase: 'build', message: [status, id].filter(Boolean).join(' ') });
    for (const line of makeVisible(said ?? '').split('\n')) {
      if (line.trim() === '') continue;
      const [, number, total, text = ''] = /^Step (\d+)\/(\d+) : (.*)$/.exec(line) ?? [];
      if (number === undefined) {
        lines = [...lines, line].slice(-maxKeptLines);
        continue;
      }
      const instruction = text.length <= maxInstructionLength ? text : `${text.slice(0, maxInstructionLength)}…`;
      step = `step ${number} of ${total ?? '?'} (${instruction})`;
      lines = [];
      onProgress({
        phase: 'build',
        message: `Building: ${instruction}`,
        done: Number(number) - 1,
        total: Number(total),
      });
    }
  }
  if (built === undefined) throw buildError(step, [...lines, 'The engine ended the build without naming an image.']);
  return built;
}

function buildError(step: string, lines: readonly string[]): AppError {
  return new AppError(
    failures['image-build-failed'].buildStepFailed,
    `Building the image failed at ${step}:\n${lines.join('\n')}`,
  );
}
