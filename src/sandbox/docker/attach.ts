/*
 * Attaching to a container turns the connection of a request into the streams of the container. The engine's client puts
 * the options of such a request into its body as well, or, without any, the end of an empty body. Some engines, and whatever
 * passes on head and body apart, take that for the input of the container. So the request is sent without a body.
 */
import { Duplex, Readable } from 'node:stream';
import type Docker from 'dockerode';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';

/** A request of the engine's client, as it is asked for. */
interface DialOptions {
  readonly path: string;
  readonly method: string;
  readonly hijack: boolean;
  readonly isStream: boolean;
  readonly openStdin: boolean;
  readonly statusCodes: Readonly<Record<number, true | string>>;
  readonly options: Readonly<Record<string, boolean>>;
}

/** The same as it is sent. */
interface SentOptions {
  readonly headers: Readonly<Record<string, unknown>>;
}
type Callback = (error: unknown, result?: unknown) => void;
type BuildRequest = (options: SentOptions, context: { hijack?: boolean }, data: unknown, callback: Callback) => void;

interface RequestMaker {
  dial: (options: DialOptions, callback: Callback) => void;
  buildRequest: BuildRequest;
}

const ofBody = new Set(['content-length', 'content-type', 'transfer-encoding']);

/**
 * Attaches to stdin, stdout and stderr of a container. Throws what the engine's client throws.
 *
 * @returns what is written to it is the container's input; what comes is its output, see output-streams.ts
 */
export async function attach(docker: Docker, containerId: string): Promise<Duplex> {
  const client: unknown = docker.modem;
  const maker = client as RequestMaker;
  sendUpgradesWithoutBody(maker);
  const request: DialOptions = {
    path: `/containers/${containerId}/attach?`,
    method: 'POST',
    hijack: true,
    isStream: true,
    // There is no body that anything could be written to.
    openStdin: false,
    statusCodes: { 200: true, 404: 'no such container', 409: 'conflict', 500: 'server error' },
    options: { stream: true, stdin: true, stdout: true, stderr: true },
  };
  const attached = await new Promise<unknown>((resolve, reject) => {
    maker.dial(request, (error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error instanceof Error ? error : new Error(messageOf(error)));
    });
  });
  if (attached instanceof Duplex) return attached;
  if (attached instanceof Readable) attached.destroy();
  throw new AppError(
    failures['engine-failed'].attachUnsupported,
    'The engine answered a request to attach without upgrading its connection.',
  );
}

/** Changes how a client sends requests that turn their connection into something else, once. */
function sendUpgradesWithoutBody(maker: RequestMaker): void {
  if (Object.hasOwn(maker, 'buildRequest')) return;
  const buildRequest = maker.buildRequest.bind(maker);
  maker.buildRequest = (options, context, data, callback) => {
    if (context.hijack !== true) {
      buildRequest(options, context, data, callback);
      return;
    }
    const headers = Object.entries(options.headers).filter(([name]) => !ofBody.has(name.toLowerCase()));
    buildRequest({ ...options, headers: Object.fromEntries(headers) }, context, undefined, callback);
  };
}
