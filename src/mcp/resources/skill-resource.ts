import type { McpServer } from '@modelcontextprotocol/server';
import { skill, skillUri } from '../skill.ts';

/** Offers the skill to clients that read resources; `lean-docker-mcp skill` prints the same. */
export function registerSkillResource(server: McpServer): void {
  const mimeType = 'text/markdown';
  server.registerResource(
    'skill',
    skillUri,
    {
      title: 'How to work with Lean here',
      description: 'What the tools are for, the loop from sorry to proof, how to read a result',
      mimeType,
    },
    (uri) => ({ contents: [{ uri: uri.href, mimeType, text: skill }] }),
  );
}
