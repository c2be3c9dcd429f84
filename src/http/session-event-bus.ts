import type { ServerEvent, ServerEventBus } from '@modelcontextprotocol/server';
import type { SessionService } from '../execution/session-service.ts';
import { sessionUris } from '../mcp/resources/session-resources.ts';

/** What a client of the 2026 protocol can listen for: changes of the sessions that its principal has. */
export function sessionEventBus(sessions: SessionService): ServerEventBus {
  return {
    // Sessions are the only source; nobody else has anything to tell.
    publish: () => undefined,
    subscribe: (listener: (event: ServerEvent) => void) => {
      const changes = sessions.onChange((id, change) => {
        if (change !== 'opened') {
          for (const uri of Object.values(sessionUris(id))) listener({ kind: 'resource_updated', uri });
        }
        if (change !== 'changed') listener({ kind: 'resources_list_changed' });
      });
      return () => {
        changes[Symbol.dispose]();
      };
    },
  };
}
