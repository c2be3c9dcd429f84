/*
 * How clients hear that sessions change. In the protocol of 2025 a client subscribes to an address and is told about that
 * one, and about changes of the list without asking. In that of 2026 it listens with a filter, which the transport applies
 * to everything that the server of the connection says.
 */
import type { McpServer, ProtocolEra } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { SessionService } from '../../execution/session-service.ts';
import { sessionUris } from './session-resources.ts';

const uriParams = z.object({ uri: z.string() });

/** Tells the client of a connection that stays open about changes of the sessions, until it closes. */
export function registerSubscriptions(server: McpServer, sessions: SessionService, era: ProtocolEra): void {
  const wanted = era === 'legacy' ? subscribedUris(server) : undefined;
  const changes = sessions.onChange((sessionId, change) => {
    const sent = change === 'opened' ? [] : Object.values(sessionUris(sessionId));
    for (const uri of sent) {
      if (wanted?.has(uri) ?? true) server.server.sendResourceUpdated({ uri }).catch(() => undefined);
    }
    if (change !== 'changed') server.server.sendResourceListChanged().catch(() => undefined);
  });
  const { onclose } = server.server;
  server.server.onclose = () => {
    changes[Symbol.dispose]();
    onclose?.();
  };
}

function subscribedUris(server: McpServer): ReadonlySet<string> {
  const uris = new Set<string>();
  server.server.setRequestHandler('resources/subscribe', { params: uriParams }, ({ uri }) => {
    uris.add(uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', { params: uriParams }, ({ uri }) => {
    uris.delete(uri);
    return {};
  });
  return uris;
}
