import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { App } from '../../app/create-app.ts';
import { packageVersion } from '../../app/package-version.ts';
import { serveStdio } from '../../mcp/serve-stdio.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * How long the client has for its first questions, such as which tools there are. Loading the engine's client comes after
 * that, because it takes longer than answering them and nothing is answered meanwhile.
 */
const firstQuestionsMs = 250;

/** How long calls have to finish when the system asks this process to stop; systems give about ten seconds in all. */
const drainLimitMs = 5000;

/**
 * Serves the protocol on stdin and stdout until the client leaves or the signal fires; then calls that are under way may
 * still finish, for a while, and no others begin. @returns the exit code
 */
export async function serve(app: App, signal: AbortSignal): Promise<number> {
  const identity = { name: 'lean-docker-mcp', version: packageVersion() };
  app.logger.info('Serving on stdin and stdout', { version: identity.version });
  const preparing = setTimeout(() => void app.prepare(), firstQuestionsMs);
  await serveStdio(identity, app, drained(app, signal));
  clearTimeout(preparing);
  return exitCodes.success;
}

/** A signal that fires when the calls that were under way at the given one are done, or have had their time. */
function drained(app: App, signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const drain = async (): Promise<void> => {
    app.logger.info('Shutting down: finishing the calls that are under way');
    await Promise.race([app.drain(), pause(drainLimitMs, undefined, { ref: false })]);
    // The last answers are still on their way out.
    await turn();
    controller.abort(signal.reason);
  };
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => void drain(), { once: true });
  return controller.signal;
}
