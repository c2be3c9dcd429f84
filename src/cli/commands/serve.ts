import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { WiredApp } from '../../app/wire-app.ts';
import { packageVersion } from '../../app/package-version.ts';
import { traceCalls } from '../../app/traces.ts';
import type { Settings } from '../../config/schema.ts';
import { JoinedSignal } from '../../core/joined-signal.ts';
import { within } from '../../core/within.ts';
import { permittedFolders } from '../../project-folder/permitted-folder.ts';
import { ClientWatch } from '../client-process.ts';
import { exitCodes } from '../exit-codes.ts';
import { LastNet } from '../last-net.ts';

/**
 * How long the client has for its first questions, such as which tools there are. Loading the engine's client comes after
 * that, because it takes longer than answering them and nothing is answered meanwhile.
 */
const firstQuestionsMs = 250;

const msPerSecond = 1000;

/**
 * Serves the protocol, on stdin and stdout or over HTTP, until the client leaves or the signal fires; then calls that are
 * under way may still finish, for a while, and no others begin. @returns the exit code
 */
export async function serve(app: WiredApp, settings: Settings, signal: AbortSignal): Promise<number> {
  const traces = await traceCalls(app, packageVersion(), process.env);
  const { faults, events, logger } = app;
  using net = new LastNet({ faults, fields: () => events.fields, logger });
  using end = new JoinedSignal([signal, net.signal]);
  try {
    const exitCode = await serveClients(app, settings, end.signal);
    return net.signal.aborted ? exitCodes.internal : exitCode;
  } finally {
    await traces[Symbol.asyncDispose]();
  }
}

async function serveClients(app: WiredApp, settings: Settings, signal: AbortSignal): Promise<number> {
  const identity = { name: 'lean-docker-mcp', version: packageVersion() };
  const drainLimitMs = settings.docker.drain_timeout * msPerSecond;
  const drain = async (): Promise<void> => {
    app.logger.info('Shutting down: finishing the calls that are under way');
    // What a call was for is done before all that its answer says is known.
    const drained = app.drain().then(() => app.faults.whenIdle());
    if ((await within(drained, drainLimitMs)) === undefined) app.stop();
    // The last answers are still on their way out.
    await turn();
  };
  const { listen: address } = settings.http;
  if (address !== undefined) {
    const [{ serveHttp }, { observe }, { openBatchWork }] = await Promise.all([
      import('../../http/serve-http.ts'),
      import('../../app/observation.ts'),
      import('../../app/batch-work.ts'),
    ]);
    await using batches = await openBatchWork(app, settings, signal);
    const isGatewayOnly = settings.nats.queue !== undefined && settings.nats.work === undefined;
    // Not left to the first call: a load balancer sends none before there is an image.
    if (!isGatewayOnly) prepareAll(app);
    const { metrics, past } = observe(app, identity.version, batches.read);
    const status = { version: identity.version, startedAt: new Date(), read: app.read, past };
    const { toolsFor, logger, telemetry } = app;
    await serveHttp(
      {
        identity,
        address,
        settings: settings.http,
        toolsFor,
        ready: batches.ready,
        batches: batches.desk,
        drain: async () => {
          const drained = within(batches.drain(), drainLimitMs);
          await Promise.all([drain(), drained]);
        },
        drainLimitMs,
        logger,
        telemetry,
        metrics,
        status,
      },
      signal,
    );
    return exitCodes.success;
  }
  const { work } = settings.nats;
  if (work !== undefined) {
    const { openQueueWorker } = await import('../../app/queue-work.ts');
    await using worker = await openQueueWorker(app, { ...settings, servers: work }, signal);
    prepareAll(app);
    app.logger.info('Taking checks from the queue', { version: identity.version });
    if (!signal.aborted) await once(signal, 'abort');
    await within(worker.drain(), drainLimitMs);
    await drain();
    return exitCodes.success;
  }
  const { serveStdio } = await import('../../mcp/serve-stdio.ts');
  app.logger.info('Serving on stdin and stdout', { version: identity.version });
  using client = new ClientWatch();
  client.signal.addEventListener('abort', () => {
    app.logger.warn('The client is gone, though its end of stdin is open: another process has it too. Ending');
  });
  using ended = new JoinedSignal([client.signal, after(signal, drain)]);
  let preparing: NodeJS.Timeout | undefined;
  // A client starts its servers with every window, and most are never asked anything.
  const onClient = (): void => {
    preparing ??= setTimeout(() => void app.prepare('first-call'), firstQuestionsMs);
  };
  const readFolder = permittedFolders(settings.lean.project_roots);
  await serveStdio(identity, { ...app, readFolder }, onClient, ended.signal);
  clearTimeout(preparing);
  return exitCodes.success;
}

/** Makes the image if there is none, and sandboxes ahead of calls. */
function prepareAll(app: WiredApp): void {
  void app.installation().then(
    () => app.prepare('all'),
    () => app.prepare('all'),
  );
}

/** A signal that fires when the given one has and the work that follows it is done. */
function after(signal: AbortSignal, work: () => Promise<void>): AbortSignal {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  const onAbort = (): void =>
    void work().then(() => {
      controller.abort(signal.reason);
    });
  signal.addEventListener('abort', onAbort, { once: true });
  return controller.signal;
}
