/* Sockets that do what no client does: nothing of it stays, and the others are served. */
import { expect, it } from 'vitest';
import { liveMemory, tellsLiveMemory } from './support/live-memory.ts';
import { serveHttp } from './support/http-server.ts';
import { asBytes, openSocket } from './support/raw-socket.ts';
import { rawCall } from './support/raw-request.ts';

const mebibyte = 1024 * 1024;
const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '0' } },
});

it('requests queued on sockets that are reset leave nothing behind, nor do refused openings', async () => {
  await using server = await serveHttp({
    nodeArguments: tellsLiveMemory,
    settings: { HTTP_MAX_CONNECTIONS: '100000' },
  });
  const queued = asBytes('/mcp', rawCall('list-sessions', {})).repeat(200);
  const round = async (sockets: number, openings: number): Promise<void> => {
    for (let count = 0; count < sockets; count += 1) {
      using raw = await openSocket(server.url);
      await raw.write(queued);
    }
    for (let count = 0; count < openings; count += 1) {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const { status } = await fetch(server.url, { method: 'POST', headers, body: initialize });
      expect(status).toBe(406);
    }
  };
  await round(2, 20);
  const before = await liveMemory(server);
  await round(40, 1500);
  console.log('grew', ((await liveMemory(server)) - before) / mebibyte);
  expect((await liveMemory(server)) - before).toBeLessThan(8 * mebibyte);
});
