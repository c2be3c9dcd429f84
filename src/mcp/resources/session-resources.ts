import { ResourceTemplate, type McpServer, type Resource } from '@modelcontextprotocol/server';
import type { SessionId } from '../../core/ids.ts';
import type { SessionService } from '../../execution/session-service.ts';

/** The addresses of what can be read of a session. */
export function sessionUris(sessionId: string): { readonly source: string; readonly history: string } {
  return { source: `lean-session://${sessionId}/source.lean`, history: `lean-session://${sessionId}/history.json` };
}

/** Offers each session's accepted text, and its history. */
export function registerSessionResources(server: McpServer, sessions: SessionService): void {
  const listing = (title: string, mimeType: string, uri: (id: string) => string) => (): { resources: Resource[] } => ({
    resources: sessions.list().map(({ sessionId, steps }) => ({
      uri: uri(sessionId),
      name: `${sessionId} ${title}`,
      description: `${title} of session ${sessionId}, ${steps} accepted steps`,
      mimeType,
    })),
  });

  server.registerResource(
    'session-source',
    new ResourceTemplate('lean-session://{id}/source.lean', {
      list: listing('source', 'text/x-lean', (id) => sessionUris(id).source),
    }),
    {
      title: 'Text of a Lean session',
      description: 'Everything that a session has accepted, as one file that lean accepts',
      mimeType: 'text/x-lean',
    },
    async (uri, { id }) => ({
      contents: [{ uri: uri.href, mimeType: 'text/x-lean', text: await sessions.source(String(id) as SessionId) }],
    }),
  );

  server.registerResource(
    'session-history',
    new ResourceTemplate('lean-session://{id}/history.json', {
      list: listing('history', 'application/json', (id) => sessionUris(id).history),
    }),
    {
      title: 'History of a Lean session',
      description: 'The accepted calls of a session: code, names defined, time',
      mimeType: 'application/json',
    },
    async (uri, { id }) => {
      const { history, createdAt } = await sessions.describe(String(id) as SessionId);
      const steps = history.map(({ step, names, acceptedAt, code }) => ({
        step,
        names,
        accepted: acceptedAt.toISOString(),
        code,
      }));
      const text = JSON.stringify({ session_id: id, created: createdAt.toISOString(), steps }, undefined, 2);
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text }] };
    },
  );
}
