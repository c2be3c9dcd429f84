import { ResourceTemplate, type McpServer, type ReadResourceResult, type Resource } from '@modelcontextprotocol/server';
import type { SessionId } from '../../core/ids.ts';
import type { SessionService } from '../../execution/session-service.ts';
import { readFailure } from './read-failure.ts';

/** The addresses of what can be read of a session. */
export function sessionUris(sessionId: string): { readonly source: string; readonly history: string } {
  return { source: `lean-session://${sessionId}/source.lean`, history: `lean-session://${sessionId}/history.json` };
}

/** A part of a session that can be read. */
interface Part {
  readonly name: keyof ReturnType<typeof sessionUris>;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  readonly read: (sessions: SessionService, id: SessionId) => Promise<string>;
}

const parts: readonly Part[] = [
  {
    name: 'source',
    title: 'Text of a Lean session',
    description: 'Everything that a session has accepted, as one file that lean accepts',
    mimeType: 'text/x-lean',
    read: (sessions, id) => sessions.source(id),
  },
  {
    name: 'history',
    title: 'History of a Lean session',
    description: 'The accepted calls of a session as numbered steps: code, files, names defined, time',
    mimeType: 'application/json',
    read: readHistory,
  },
];

/** Offers each session's accepted text, and its history. */
export function registerSessionResources(server: McpServer, sessions: SessionService): void {
  for (const { name, title, description, mimeType, read } of parts) {
    const list = async (): Promise<{ resources: Resource[] }> => ({
      resources: (await sessions.list()).map(({ sessionId }) => ({
        uri: sessionUris(sessionId)[name],
        name: `${sessionId} ${name}`,
        title: `${title}: ${sessionId}`,
        description,
        mimeType,
      })),
    });
    server.registerResource(
      `session-${name}`,
      new ResourceTemplate(sessionUris('{id}')[name], { list }),
      { title, description, mimeType },
      async (uri, { id }): Promise<ReadResourceResult> => {
        try {
          return { contents: [{ uri: uri.href, mimeType, text: await read(sessions, String(id) as SessionId) }] };
        } catch (error) {
          throw readFailure(error, uri);
        }
      },
    );
  }
}

async function readHistory(sessions: SessionService, id: SessionId): Promise<string> {
  const { history, createdAt } = await sessions.describe(id);
  const steps = history.map(({ step, names, acceptedAt, code, files }) => ({
    step,
    names,
    ...(files.size > 0 && { files: Object.fromEntries(files) }),
    accepted: acceptedAt.toISOString(),
    code,
  }));
  return JSON.stringify({ session_id: id, created: createdAt.toISOString(), steps }, undefined, 2);
}
