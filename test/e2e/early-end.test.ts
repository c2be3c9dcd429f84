/* The client may leave at any moment of the start: the server ends then, and does not begin what was about to begin. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startRaw } from './support/raw-server.ts';

const moments = [0, 100, 200, 300, 400, 600, 800, 1200];

it.each(moments)('ends when its client leaves %d ms after it was started', async (moment) => {
  await using server = await startRaw({ initialize: false });
  // What it says makes the server begin to make sandboxes.
  const clientInfo = { name: 'e2e', version: '0' };
  server.send('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  await pause(moment);
  server.process.stdin.end();
  expect(await server.ended()).toEqual([0, null]);
});
