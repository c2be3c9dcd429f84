/** A connection in the protocol of 2025, request by request, for tests that do with it what no client would. */
import type { RawRequest } from './raw-request.ts';

export const initializeBody = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '0' } },
});

/** What opens a connection. */
export const initializeRequest: RawRequest = {
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: initializeBody,
};

export interface LegacyMessage {
  readonly id?: string | number;
  readonly method: string;
  readonly params?: object;
}

/** Opens a connection. */
export async function openLegacy(url: URL, more: Readonly<Record<string, string>> = {}) {
  const { body, headers: usual } = initializeRequest;
  const opened = await fetch(url, { method: 'POST', headers: { ...usual, ...more }, body });
  const id = opened.headers.get('mcp-session-id');
  if (id === null) throw new Error(`it was not opened: ${opened.status} ${await opened.text()}`);
  await opened.text();
  const headers = { ...usual, ...more, 'mcp-session-id': id };
  let lastId = 0;
  return {
    id,
    /** That of the latest call. */
    get lastId() {
      return lastId;
    },
    /** A call of a tool, with an id of its own. */
    call: (name: string, args: object): LegacyMessage => ({
      id: (lastId += 1),
      method: 'tools/call',
      params: { name, arguments: args },
    }),
    send: async (message: LegacyMessage | readonly LegacyMessage[], signal?: AbortSignal): Promise<Response> => {
      const whole = [message].flat().map((one) => ({ jsonrpc: '2.0', ...one }));
      const text = JSON.stringify(Array.isArray(message) ? whole : whole[0]);
      return await fetch(url, { method: 'POST', headers, body: text, ...(signal && { signal }) });
    },
    /** Tells the server that the client is done with it. */
    end: async (): Promise<Response> => await fetch(url, { method: 'DELETE', headers }),
  };
}
