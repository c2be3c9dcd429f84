import { clients } from './client.ts';
import { defaultServerName, serverEntry } from './server-entry.ts';

const anywhere = { platform: 'linux', env: {} } as const;

/**
 * A link that makes Cursor offer to install this server; the form with `https` leads to the one that pages cannot have.
 * See cursor.com/docs/mcp/install-links.
 */
export function cursorLink(): string {
  const entry = JSON.stringify(serverEntry('cursor', clients.cursor, anywhere));
  const query = new URLSearchParams({ name: defaultServerName, config: Buffer.from(entry).toString('base64') });
  return `https://cursor.com/en/install-mcp?${query.toString()}`;
}

/** The same for VS Code. See code.visualstudio.com/api/extension-guides/ai/mcp, "Create an MCP installation URL". */
export function vscodeLink(): string {
  const entry = { name: defaultServerName, ...serverEntry('vscode', clients.vscode, anywhere) };
  const link = `vscode:mcp/install?${encodeURIComponent(JSON.stringify(entry))}`;
  return `https://insiders.vscode.dev/redirect?url=${encodeURIComponent(link)}`;
}
