import type { McpServer } from '@modelcontextprotocol/server';
import type { ToolEnvironment } from '../tool.ts';
import { readFailure } from './read-failure.ts';

/** Offers what this installation has, so that nobody guesses imports that are not there. */
export function registerInstallationResource(server: McpServer, environment: ToolEnvironment): void {
  server.registerResource(
    'installation',
    'lean://installation',
    {
      title: 'What this Lean installation offers',
      description: 'Lean version, libraries that can be imported, imports that are allowed, limits',
      mimeType: 'application/json',
    },
    async (uri) => {
      try {
        const text = JSON.stringify(await environment.installation(), undefined, 2);
        return { contents: [{ uri: uri.href, mimeType: 'application/json', text }] };
      } catch (error) {
        throw readFailure(error, uri);
      }
    },
  );
}
