import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, type ServerIdentity } from './create-mcp-server.ts';
import type { ToolEnvironment } from './tool.ts';

/** Serves the protocol on stdin and stdout. Resolves when the client has closed stdin or the signal fires. */
export async function serveStdio(
  identity: ServerIdentity,
  environment: ToolEnvironment,
  signal: AbortSignal,
): Promise<void> {
  const connection = serve(({ era }) => createMcpServer(identity, environment, { era, lasts: true }), {
    onerror: (error) => {
      environment.logger.debug('Protocol error', { error: error.message });
    },
  });
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve);
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
  await connection.close();
}
