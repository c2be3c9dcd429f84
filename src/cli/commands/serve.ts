import type { App } from '../../app/create-app.ts';
import { packageVersion } from '../../app/package-version.ts';
import { serveStdio } from '../../mcp/serve-stdio.ts';
import { exitCodes } from '../exit-codes.ts';

/** Serves the protocol on stdin and stdout until the client leaves or the signal fires. @returns the exit code */
export async function serve(app: App, signal: AbortSignal): Promise<number> {
  const identity = { name: 'lean-docker-mcp', version: packageVersion() };
  app.logger.info('Serving on stdin and stdout', { version: identity.version });
  void app.prepare();
  await serveStdio(identity, app, signal);
  return exitCodes.success;
}
