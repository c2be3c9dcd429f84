/*
 * The clients that can be set up: where each keeps its list of MCP servers, and in which form. From the documentation of
 * each: modelcontextprotocol.io (Claude Desktop), code.claude.com/docs, cursor.com/docs/mcp, code.visualstudio.com/docs,
 * developers.openai.com/codex/mcp, geminicli.com/docs/tools/mcp-server, zed.dev/docs/ai/mcp, docs.windsurf.com (Cascade,
 * MCP), jetbrains.com/help/junie (MCP), lmstudio.ai/docs/app/mcp.
 */
import path from 'node:path';

export const clientNames = [
  'claude-desktop',
  'claude-code',
  'cursor',
  'vscode',
  'codex',
  'gemini',
  'zed',
  'windsurf',
  'jetbrains',
  'lm-studio',
] as const;

export type ClientName = (typeof clientNames)[number];

/** The machine on which a client runs, as far as paths depend on it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** In seconds. */
export interface Timeouts {
  readonly startup_timeout_sec: number;
  readonly tool_timeout_sec: number;
}

/** Where and how a client is told about servers. */
export interface Client {
  readonly title: string;
  readonly format: 'json' | 'toml';
  /** The key under which its file lists servers. */
  readonly section: 'mcpServers' | 'servers' | 'mcp_servers' | 'context_servers';
  /** Whether an entry names its transport. */
  readonly namesTransport: boolean;
  /** How long it waits, where it would give up too soon. */
  readonly timeouts?: Timeouts;
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
    format: 'json',
    section: 'mcpServers',
    namesTransport: false,
    userFile: (machine) => inApplicationData(machine, 'Claude', 'claude_desktop_config.json'),
    afterwards: 'Quit Claude Desktop and start it again.',
  },
  'claude-code': {
    title: 'Claude Code',
    format: 'json',
    section: 'mcpServers',
    namesTransport: false,
    projectFile: '.mcp.json',
    afterwards: 'Claude Code asks about the server when it is next started in this project.',
  },
  cursor: {
    title: 'Cursor',
    format: 'json',
    section: 'mcpServers',
    namesTransport: false,
    userFile: (machine) => inHome(machine, '.cursor', 'mcp.json'),
    projectFile: '.cursor/mcp.json',
    afterwards: 'Cursor shows the server under Settings, MCP, where it can be switched on.',
  },
  vscode: {
    title: 'VS Code',
    format: 'json',
    section: 'servers',
    namesTransport: true,
    userFile: (machine) => inApplicationData(machine, 'Code', 'User', 'mcp.json'),
    projectFile: '.vscode/mcp.json',
    afterwards: 'VS Code asks whether to trust the server when a chat in agent mode first uses it.',
  },
  codex: {
    title: 'Codex',
    format: 'toml',
    section: 'mcp_servers',
    namesTransport: false,
    // It gives up after 10 s and 60 s; npx may have to download, and the first call to build the image.
    timeouts: { startup_timeout_sec: 60, tool_timeout_sec: 600 },
    userFile: (machine) => {
      const { CODEX_HOME: folder } = machine.env;
      return folder ? pathsOf(machine.platform).join(folder, 'config.toml') : inHome(machine, '.codex', 'config.toml');
    },
    projectFile: '.codex/config.toml',
    afterwards:
      'Codex starts the server with its next session; /mcp lists it. In a project, it does when that is trusted.',
  },
  gemini: {
    title: 'Gemini CLI',
    format: 'json',
    section: 'mcpServers',
    namesTransport: false,
    userFile: (machine) => inHome(machine, '.gemini', 'settings.json'),
    projectFile: '.gemini/settings.json',
    afterwards: 'Start Gemini CLI again; /mcp lists the server.',
  },
  zed: {
    title: 'Zed',
    format: 'json',
    section: 'context_servers',
    namesTransport: false,
    userFile: (machine) => {
      const { platform, homeDir } = machine;
      if (platform === 'darwin') return inHome({ platform, homeDir }, '.config', 'zed', 'settings.json');
      return inApplicationData(machine, platform === 'win32' ? 'Zed' : 'zed', 'settings.json');
    },
    projectFile: '.zed/settings.json',
    afterwards: 'Zed shows the server in the settings of its agent panel.',
  },
  windsurf: {
    title: 'Windsurf',
    format: 'json',
    section: 'mcpServers',
    namesTransport: false,
    userFile: (machine) => inHome(machine, '.codeium', 'windsurf', 'mcp_config.json'),
    afterwards: 'Refresh the MCP servers in the Cascade panel of Windsurf.',
  },
  jetbrains: {
    title: 'JetBrains (Junie)',
    format: 'json',
    section: 'mcpServers',
    namesTransport: false,
    userFile: (machine) => inHome(machine, '.junie', 'mcp', 'mcp.json'),
    projectFile: '.junie/mcp/mcp.json',
    afterwards:
      'Junie lists the server under Settings, Tools, Junie, MCP Settings. For AI Assistant, paste the same under Settings, Tools, AI Assistant, Model Context Protocol.',
  },
  'lm-studio': {
    title: 'LM Studio',
    format: 'json',
    section: 'mcpServers',
    namesTransport: false,
    userFile: (machine) => inHome(machine, '.lmstudio', 'mcp.json'),
    afterwards: 'LM Studio shows the server in the Program tab, where it can be switched on.',
  },
};

function inHome({ platform, homeDir }: Pick<Machine, 'platform' | 'homeDir'>, ...names: readonly string[]): string {
  return pathsOf(platform).join(homeDir, ...names);
}

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
