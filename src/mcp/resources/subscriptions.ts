import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { SessionService } from '../../execution/session-service.ts';
import { sessionUris } from './session-resources.ts';

const uriParams = z.object({ uri: z.string() });

/** Tells a client about changes of the sessions that it has subscribed to, until its connection closes. */
export function registerSubscriptions(server: McpServer, sessions: SessionService): void {
  const subscribed = new Set<string>();
  server.server.setRequestHandler('resources/subscribe', { params: uriParams }, ({ uri }) => {
    subscribed.add(uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', { params: uriParams }, ({ uri }) => {
    subscribed.delete(uri);
    return {};
  });
  const changes = sessions.onChange((sessionId) => {
    for (const uri of Object.values(sessionUris(sessionId))) {
      if (subscribed.has(uri)) server.server.sendResourceUpdated({ uri }).catch(() => undefined);
    }
  });
  const { onclose } = server.server;
  server.server.onclose = () => {
    changes[Symbol.dispose]();
    onclose?.();
  };
}
