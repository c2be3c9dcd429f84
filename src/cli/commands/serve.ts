import type { App } from '../../app/create-app.ts';
import { packageVersion } from '../../app/package-version.ts';
import { serveStdio } from '../../mcp/serve-stdio.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * How long the client has for its first questions, such as which tools there are. Loading the engine's client comes after
 * that, because it takes longer than answering them and nothing is answered meanwhile.
 */
const firstQuestionsMs = 250;

/** Serves the protocol on stdin and stdout until the client leaves or the signal fires. @returns the exit code */
export async function serve(app: App, signal: AbortSignal): Promise<number> {
  const identity = { name: 'lean-docker-mcp', version: packageVersion() };
  app.logger.info('Serving on stdin and stdout', { version: identity.version });
  const preparing = setTimeout(() => void app.prepare(), firstQuestionsMs);
  await serveStdio(identity, app, signal);
  clearTimeout(preparing);
  return exitCodes.success;
}
