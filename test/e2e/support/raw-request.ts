/** Requests over HTTP for tests that do with them what no client would. */

export const newestRevision = '2026-07-28';

export interface RawRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request in the protocol of 2026. */
export function rawRequest(method: string, params: Readonly<Record<string, unknown>>): RawRequest {
  const { name } = params;
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': newestRevision,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'e2e', version: '0' },
  };
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': newestRevision,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  };
}

/** A call of a tool in the protocol of 2026. */
export function rawCall(name: string, args: Readonly<Record<string, unknown>>): RawRequest {
  return rawRequest('tools/call', { name, arguments: args });
}
