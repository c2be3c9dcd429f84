import { ProtocolErrorCode } from '@modelcontextprotocol/server';
import { serveStdio as serve, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, type ServerIdentity } from './create-mcp-server.ts';
import { RequestLines, type OverlongRequest } from './request-lines.ts';
import type { ToolEnvironment } from './tool.ts';
import { observeUnknownTools } from './unknown-tools.ts';

/**
 * Serves the protocol on stdin and stdout. Resolves when the client has closed stdin or the signal fires.
 *
 * @param onClient called when a client has said its first words
 */
export async function serveStdio(
  identity: ServerIdentity,
  environment: ToolEnvironment,
  onClient: () => void,
  signal: AbortSignal,
): Promise<void> {
  const longest = maxRequest(environment);
  const lines = new RequestLines(longest, (request) => {
    environment.logger.warn('A request was too long to be read', { bytes: request.bytes, limit: longest });
    if (request.id !== undefined) process.stdout.write(refusal(request, longest));
  });
  process.stdin.pipe(lines);
  // Twice, because it counts what it has not looked at yet too.
  const transport = new StdioServerTransport(lines, process.stdout, { maxBufferSize: 2 * longest });
  // Each answer that waits for a slow reader listens for itself, and Node would warn of that on stderr.
  process.stdout.setMaxListeners(0);
  const makeServer: Parameters<typeof serve>[0] = ({ era }) => {
    onClient();
    return createMcpServer(identity, environment, { era, lasts: true });
  };
  const connection = serve(makeServer, {
    transport,
    onerror: (error) => {
      environment.logger.debug('Protocol error', { error: error.message });
    },
  });
  const { onmessage } = transport;
  transport.onmessage = (message) => {
    observeUnknownTools(message, environment);
    onmessage?.(message);
  };
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
  process.stdin.unpipe(lines).pause();
  await connection.close();
}

/** The code, the arguments and the input, each as long as it may be and with every byte escaped, and what is around them. */
function maxRequest({ limits }: ToolEnvironment): number {
  const maxEscape = 6;
  return 3 * maxEscape * limits.codeBytes + 1024 * 1024;
}

function refusal({ bytes, id }: OverlongRequest, limit: number): string {
  const message = `The request has ${bytes} bytes; at most ${limit} are accepted. Send less, or have docker.max_code_size raised.`;
  return `${JSON.stringify({ jsonrpc: '2.0', id, error: { code: ProtocolErrorCode.InvalidRequest, message } })}\n`;
}
