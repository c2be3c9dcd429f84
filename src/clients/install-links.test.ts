import { describe, expect, it } from 'vitest';
import { cursorLink, vscodeLink } from './install-links.ts';

describe('install links', () => {
  it('carry the entry for Cursor as JSON in base 64', () => {
    const query = new URL(cursorLink()).searchParams;
    expect(query.get('name')).toBe('lean');
    const config: unknown = JSON.parse(Buffer.from(query.get('config') ?? '', 'base64').toString());
    expect(config).toEqual({ command: 'npx', args: ['-y', 'lean-docker-mcp'] });
  });

  it('carry the entry for VS Code as JSON in the link that VS Code opens', () => {
    const inner = new URL(new URL(vscodeLink()).searchParams.get('url') ?? '');
    expect(inner.protocol + inner.pathname).toBe('vscode:mcp/install');
    const config: unknown = JSON.parse(decodeURIComponent(inner.search.slice(1)));
    expect(config).toEqual({ name: 'lean', type: 'stdio', command: 'npx', args: ['-y', 'lean-docker-mcp'] });
  });
});
