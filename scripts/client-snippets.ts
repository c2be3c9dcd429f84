import { clients, type ClientName } from '../src/clients/client.ts';
import { cursorLink, vscodeLink } from '../src/clients/install-links.ts';
import { asTyped } from '../src/clients/claude-command.ts';
import { defaultServerName, serverEntry, startCommand } from '../src/clients/server-entry.ts';

const platform = 'linux';

/** What to put into each client, for the README: the same that `lean-docker-mcp init` writes. */
export function clientSnippets(): string {
  const add = ['claude', 'mcp', 'add', defaultServerName, '--', ...startCommand('claude-code', platform)];
  return [
    details('claude-code', true, `\`\`\`sh\n${asTyped(add)}\n\`\`\``),
    details(
      'claude-desktop',
      false,
      `In \`claude_desktop_config.json\` (Settings, Developer, Edit Config):\n\n${configuration('claude-desktop')}`,
    ),
    details(
      'cursor',
      false,
      `[Install in Cursor](${cursorLink()}), or in \`~/.cursor/mcp.json\`, or \`.cursor/mcp.json\` in a project:\n\n${configuration('cursor')}`,
    ),
    details(
      'vscode',
      false,
      `[Install in VS Code](${vscodeLink()}), or in \`.vscode/mcp.json\`:\n\n${configuration('vscode')}`,
    ),
  ].join('\n\n');
}

function details(name: ClientName, open: boolean, text: string): string {
  return `<details${open ? ' open' : ''}>\n<summary>${clients[name].title}</summary>\n\n${text}\n\n</details>`;
}

function configuration(name: ClientName): string {
  const { section } = clients[name];
  const entry = JSON.stringify(serverEntry(name, clients[name], { platform, env: {} }), undefined, 1).replaceAll(
    /\n */g,
    ' ',
  );
  return `\`\`\`json\n{\n"${section}": {\n"${defaultServerName}": ${entry}\n}\n}\n\`\`\``;
}
