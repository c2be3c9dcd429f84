import { describe, expect, it } from 'vitest';
import { clients, type ClientName, type Machine } from './client.ts';

const mac: Machine = { platform: 'darwin', homeDir: '/Users/ada', env: { XDG_CONFIG_HOME: '/elsewhere' } };
const linux: Machine = { platform: 'linux', homeDir: '/home/ada', env: {} };
const windows: Machine = { platform: 'win32', homeDir: 'C:\\Users\\ada', env: { APPDATA: 'D:\\Roaming' } };

describe('the file of a client for all projects', () => {
  it.each<[ClientName, Machine, string]>([
    ['claude-desktop', mac, '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json'],
    ['claude-desktop', linux, '/home/ada/.config/Claude/claude_desktop_config.json'],
    ['claude-desktop', windows, 'D:\\Roaming\\Claude\\claude_desktop_config.json'],
    ['cursor', mac, '/Users/ada/.cursor/mcp.json'],
    ['cursor', linux, '/home/ada/.cursor/mcp.json'],
    ['cursor', windows, 'C:\\Users\\ada\\.cursor\\mcp.json'],
    ['vscode', mac, '/Users/ada/Library/Application Support/Code/User/mcp.json'],
    ['vscode', linux, '/home/ada/.config/Code/User/mcp.json'],
    ['vscode', windows, 'D:\\Roaming\\Code\\User\\mcp.json'],
    ['codex', linux, '/home/ada/.codex/config.toml'],
    ['codex', windows, 'C:\\Users\\ada\\.codex\\config.toml'],
    ['codex', { ...mac, env: { CODEX_HOME: '/codex' } }, '/codex/config.toml'],
    ['gemini', mac, '/Users/ada/.gemini/settings.json'],
    ['zed', mac, '/Users/ada/.config/zed/settings.json'],
    ['zed', linux, '/home/ada/.config/zed/settings.json'],
    ['zed', windows, 'D:\\Roaming\\Zed\\settings.json'],
    ['windsurf', linux, '/home/ada/.codeium/windsurf/mcp_config.json'],
    ['jetbrains', mac, '/Users/ada/.junie/mcp/mcp.json'],
    ['lm-studio', windows, 'C:\\Users\\ada\\.lmstudio\\mcp.json'],
  ])('of %s is where it looks', (name, machine, file) => {
    expect(clients[name].userFile?.(machine)).toBe(file);
  });

  it('follows XDG_CONFIG_HOME on Linux', () => {
    const machine = { ...linux, env: { XDG_CONFIG_HOME: '/cfg' } };
    expect(clients.vscode.userFile?.(machine)).toBe('/cfg/Code/User/mcp.json');
  });

  it('is in the usual place on Windows without APPDATA', () => {
    expect(clients.vscode.userFile?.({ ...windows, env: {} })).toBe(
      'C:\\Users\\ada\\AppData\\Roaming\\Code\\User\\mcp.json',
    );
  });

  it('of Claude Code is left to its own command', () => {
    expect(clients['claude-code'].userFile).toBeUndefined();
  });
});
