/* Subscriptions over a connection that stays open, in both protocols. */
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, McpServer, type ProtocolEra } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { describe, expect, it, vi } from 'vitest';
import type { SessionId } from '../../core/ids.ts';
import type { SessionChange, SessionService } from '../../execution/session-service.ts';
import { registerSessionResources, sessionUris } from './session-resources.ts';
import { registerSubscriptions } from './subscriptions.ts';

type Listener = (id: SessionId, change: SessionChange) => void;

/** Sessions that change when they are told to. */
function fakeSessions() {
  const listeners = new Set<Listener>();
  const sessions = {
    list: () => [],
    onChange: (listener: Listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
  } as unknown as SessionService;
  const change = (id: string, what: SessionChange): void => {
    for (const listener of listeners) listener(id as SessionId, what);
  };
  return { sessions, change, listeners };
}

const modes = { legacy: 'legacy', modern: { pin: '2026-07-28' } } as const;

async function connect(era: ProtocolEra) {
  const fake = fakeSessions();
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const served = serveStdio(
    (context) => {
      const server = new McpServer({ name: 's', version: '0' }, { capabilities: { resources: { subscribe: true } } });
      registerSessionResources(server, fake.sessions);
      registerSubscriptions(server, fake.sessions, context.era);
      return server;
    },
    { transport: serverSide },
  );
  const client = new Client({ name: 'c', version: '0' }, { versionNegotiation: { mode: modes[era] } });
  const heard: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    heard.push(params.uri);
  });
  client.setNotificationHandler('notifications/resources/list_changed', () => {
    heard.push('list');
  });
  await client.connect(clientSide);
  return {
    ...fake,
    client,
    /** What the client hears until it has heard of the last of these changes. */
    hears: async (...changes: [string, SessionChange][]): Promise<string[]> => {
      heard.length = 0;
      for (const [id, what] of changes) fake.change(id, what);
      // Answers come behind the notifications that were sent before.
      await client.listResources();
      return heard;
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await served.close();
    },
  };
}

const { source, history } = sessionUris('a');

describe('a client of the 2025 protocol', () => {
  it('hears of the addresses to which it has subscribed, until it takes that back', async () => {
    await using test = await connect('legacy');
    await test.client.subscribeResource({ uri: source });
    expect(await test.hears(['a', 'changed'], ['b', 'changed'])).toEqual([source]);
    await test.client.subscribeResource({ uri: history });
    await test.client.unsubscribeResource({ uri: source });
    expect(await test.hears(['a', 'changed'])).toEqual([history]);
  });

  it('hears of changes of the list without asking', async () => {
    await using test = await connect('legacy');
    expect(await test.hears(['a', 'opened'], ['a', 'changed'], ['a', 'closed'])).toEqual(['list', 'list']);
  });
});

describe('a client of the 2026 protocol', () => {
  it('hears of the addresses for which it listens, until it stops', async () => {
    await using test = await connect('modern');
    const listening = await test.client.listen({ resourceSubscriptions: [source] });
    expect(await test.hears(['a', 'opened'], ['a', 'changed'], ['b', 'changed'])).toEqual([source]);
    await listening.close();
    expect(await test.hears(['a', 'changed'])).toEqual([]);
  });

  it('hears of changes of the list when it listens for them', async () => {
    await using test = await connect('modern');
    expect(await test.hears(['a', 'opened'])).toEqual([]);
    await test.client.listen({ resourcesListChanged: true });
    expect(await test.hears(['a', 'opened'], ['a', 'changed'], ['a', 'closed'])).toEqual(['list', 'list']);
  });
});

describe.each(['legacy', 'modern'] as const)('a connection that closes (%s)', (era) => {
  it('leaves nobody listening', async () => {
    const test = await connect(era);
    expect(test.listeners.size).toBe(1);
    await test[Symbol.asyncDispose]();
    await vi.waitFor(() => {
      expect(test.listeners.size).toBe(0);
    });
  });
});
