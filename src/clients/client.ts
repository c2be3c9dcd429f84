/*
 * The clients that can be set up: where each keeps its list of MCP servers, and in which form. From the documentation of
 * each: modelcontextprotocol.io (Claude Desktop), code.claude.com/docs, cursor.com/docs/mcp, code.visualstudio.com/docs.
 */
import path from 'node:path';

export const clientNames = ['claude-desktop', 'claude-code', 'cursor', 'vscode'] as const;

export type ClientName = (typeof clientNames)[number];

/** The machine on which a client runs, as far as paths depend on it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where and how a client is told about servers. */
export interface Client {
  readonly title: string;
  /** The key under which its file lists servers. */
  readonly section: 'mcpServers' | 'servers';
  /** Whether an entry names its transport. */
  readonly namesTransport: boolean;
  /** Its file for all projects of a user; absent when only the client itself may write that. */
  readonly userFile?: (machine: Machine) => string;
  /** Its file in a project; absent when it knows no projects. */
  readonly projectFile?: string;
  /** How it takes notice of a change. */
  readonly afterwards: string;
}

export const clients: Readonly<Record<ClientName, Client>> = {
  'claude-desktop': {
    title: 'Claude Desktop',
    section: 'mcpServers',
    namesTransport: false,
    userFile: (machine) => inApplicationData(machine, 'Claude', 'claude_desktop_config.json'),
    afterwards: 'Quit Claude Desktop and start it again.',
  },
  'claude-code': {
    title: 'Claude Code',
    section: 'mcpServers',
    namesTransport: false,
    projectFile: '.mcp.json',
    afterwards: 'Claude Code asks about the server when it is next started in this project.',
  },
  cursor: {
    title: 'Cursor',
    section: 'mcpServers',
    namesTransport: false,
    userFile: ({ platform, homeDir }) => pathsOf(platform).join(homeDir, '.cursor', 'mcp.json'),
    projectFile: '.cursor/mcp.json',
    afterwards: 'Cursor shows the server under Settings, MCP, where it can be switched on.',
  },
  vscode: {
    title: 'VS Code',
    section: 'servers',
    namesTransport: true,
    userFile: (machine) => inApplicationData(machine, 'Code', 'User', 'mcp.json'),
    projectFile: '.vscode/mcp.json',
    afterwards: 'VS Code asks whether to trust the server when a chat in agent mode first uses it.',
  },
};

/** The folder in which programs of a platform keep a user's settings, and in it what is named. */
function inApplicationData({ platform, homeDir, env }: Machine, ...names: readonly string[]): string {
  const paths = pathsOf(platform);
  switch (platform) {
    case 'darwin':
      return paths.join(homeDir, 'Library', 'Application Support', ...names);
    case 'win32':
      return paths.join(env['APPDATA'] ?? paths.join(homeDir, 'AppData', 'Roaming'), ...names);
    default:
      return paths.join(env['XDG_CONFIG_HOME'] || paths.join(homeDir, '.config'), ...names);
  }
}

function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}
