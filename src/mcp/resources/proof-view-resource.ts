import type { McpServer } from '@modelcontextprotocol/server';
import type { ToolEnvironment } from '../tool.ts';

/** The page in which hosts of MCP Apps show a result; tools name it in their `_meta`. */
export const proofViewUri = 'ui://lean/proof';

const mimeType = 'text/html;profile=mcp-app';

/** Offers the page. It asks for nothing: without a `csp` of ours, hosts let it load nothing and reach nothing. */
export function registerProofViewResource(server: McpServer, { proofView }: ToolEnvironment): void {
  server.registerResource(
    'proof-view',
    proofViewUri,
    {
      title: 'A result to look at',
      description: 'Shows source, messages, goals and attempts in hosts that can',
      mimeType,
    },
    async (uri) => ({
      contents: [{ uri: uri.href, mimeType, text: await proofView(), _meta: { ui: { prefersBorder: true } } }],
    }),
  );
}
