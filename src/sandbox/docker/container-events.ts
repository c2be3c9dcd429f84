/*
 * Watches the engine's events for the containers of this instance. An event stream, and not the exit code, tells that the
 * memory limit struck: the engine reports it also when only a child process was killed. The stream is opened before the
 * first container starts; when it breaks it is opened again, and containers whose end was missed are found by asking.
 */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { AppError } from '../../core/app-error.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { containerLabels } from './labels.ts';

/** Something that happened to a container. */
export type ContainerEvent =
  | { readonly kind: 'out-of-memory'; readonly id: string }
  /** The engine was told to kill it, by us or by somebody else. */
  | { readonly kind: 'killed'; readonly id: string }
  /** The engine has stopped it: because it is ending itself, or was told to. */
  | { readonly kind: 'stopped'; readonly id: string }
  | { readonly kind: 'ended'; readonly id: string; readonly exitCode: number | undefined }
  /** The engine's events were lost for a while; ends may have been missed. */
  | { readonly kind: 'interrupted' };

interface EngineEvent {
  readonly Action?: string;
  readonly id?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
}

/** Translates one line of the engine's event stream; `undefined` when it is of no interest. */
export function parseContainerEvent(line: string): ContainerEvent | undefined {
  const event = parseJson(line) as EngineEvent | null | undefined;
  const id = event?.Actor?.ID ?? event?.id;
  if (!event || id === undefined) return undefined;
  if (event.Action === 'oom') return { kind: 'out-of-memory', id };
  if (event.Action === 'kill') return { kind: 'killed', id };
  if (event.Action === 'stop') return { kind: 'stopped', id };
  if (event.Action !== 'die') return undefined;
  const exitCode = Number.parseInt(event.Actor?.Attributes?.['exitCode'] ?? '', 10);
  return { kind: 'ended', id, exitCode: Number.isNaN(exitCode) ? undefined : exitCode };
}

/** The event stream of one instance. */
export class ContainerEvents implements Disposable {
  readonly #docker: Docker;
  readonly #instance: string;
  readonly #logger: Logger;
  readonly #onEvent: (event: ContainerEvent) => void;
  #stream: Readable | undefined;
  #disposed = false;

  constructor(docker: Docker, instance: string, logger: Logger, onEvent: (event: ContainerEvent) => void) {
    this.#docker = docker;
    this.#instance = instance;
    this.#logger = logger;
    this.#onEvent = onEvent;
  }

  /** Opens the stream; resolves when events can no longer be missed. Throws what the engine's client throws. */
  async open(): Promise<void> {
    const stream = await this.#docker.getEvents({
      filters: {
        label: [`${containerLabels.instance}=${this.#instance}`],
        event: ['oom', 'kill', 'stop', 'die'],
        type: ['container'],
      },
    });
    if (!(stream instanceof Readable)) throw new AppError('internal', 'The engine gave no event stream.');
    // Asked rather than read: disposing may have happened during the await.
    if (this.#isDisposed()) {
      stream.destroy();
      return;
    }
    this.#stream = stream;
    stream.once('error', () => {
      stream.destroy();
    });
    stream.once('close', () => {
      this.#reopen();
    });
    const lines = createInterface({ input: stream });
    // It repeats the stream's error, which nobody else would hear.
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const event = parseContainerEvent(line);
      if (event !== undefined) this.#onEvent(event);
    });
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#stream?.destroy();
  }

  #isDisposed(): boolean {
    return this.#disposed;
  }

  #reopen(): void {
    if (this.#disposed) return;
    this.#onEvent({ kind: 'interrupted' });
    setTimeout(() => {
      if (this.#disposed) return;
      this.open().then(
        () => {
          this.#onEvent({ kind: 'interrupted' });
        },
        (error: unknown) => {
          this.#logger.debug('The engine does not give events', { error: String(error) });
          this.#reopen();
        },
      );
    }, 1000).unref();
  }
}
