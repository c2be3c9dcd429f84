import { addEntry } from '../src/clients/add-entry.ts';
import { clientNames, clients, type ClientName, type Machine } from '../src/clients/client.ts';
import { cursorLink, vscodeLink } from '../src/clients/install-links.ts';
import { asTyped } from '../src/clients/claude-command.ts';
import { defaultServerName, serverEntry, startCommand } from '../src/clients/server-entry.ts';

const platform = 'linux';

/** What to put into each client, by hand: the same that `lean-docker-mcp init` writes. */
export function clientSnippets(): string {
  const add = ['claude', 'mcp', 'add', defaultServerName, '--', ...startCommand('claude-code', { platform, env: {} })];
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

/** Where each client that can be set up lists its servers, and what to put in. */
export function clientPages(): string {
  const home = '~';
  const machines: readonly Machine[] = [
    { platform: 'linux', homeDir: home, env: {} },
    { platform: 'darwin', homeDir: home, env: {} },
    { platform: 'win32', homeDir: '%USERPROFILE%', env: { APPDATA: '%APPDATA%' } },
  ];
  const systems = ['Linux', 'macOS', 'Windows'];
  return clientNames
    .map((name) => {
      const { title, userFile, projectFile, format, afterwards } = clients[name];
      const files = userFile === undefined ? [] : machines.map((machine) => userFile(machine));
      const places = [...new Set(files)].map((file) => {
        const where = systems.filter((_, index) => files[index] === file);
        return `- ${where.length === systems.length ? 'everywhere' : where.join(', ')}: \`${file}\``;
      });
      const project = projectFile === undefined ? [] : [`- in a project: \`${projectFile}\``];
      const command = userFile === undefined ? ['- for all projects, by its own command: `claude mcp add`'] : [];
      const entry = addEntry(
        '',
        '',
        clients[name],
        defaultServerName,
        serverEntry(name, clients[name], { platform, env: {} }),
      );
      return [
        `## ${title}`,
        `\`lean-docker-mcp init ${name}\` changes`,
        [...command, ...places, ...project].join('\n'),
        `\`\`\`${format}\n${entry.trim()}\n\`\`\``,
        afterwards,
      ].join('\n\n');
    })
    .join('\n\n');
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
