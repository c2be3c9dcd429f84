import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exitCodeHelp } from '../src/cli/exit-codes.ts';
import { table } from './markdown-table.ts';

const root = join(import.meta.dirname, '..');
const image = ['image build', 'image list', 'image remove'];
const token = ['token add', 'token list', 'token revoke'];
const commands = ['serve', 'run', 'check', 'find', 'init', 'skill', ...image, ...token, 'engine-proxy', 'doctor'];

/** What every command says when it is asked for help. Nothing is built first: the sources are run. */
export async function commandReference(): Promise<string> {
  const run = promisify(execFile);
  const jiti = join(root, 'node_modules', 'jiti', 'lib', 'jiti-cli.mjs');
  const sections = commands.map(async (command) => {
    const args = [jiti, join(root, 'src/cli/main.ts'), ...command.split(' '), '--help'];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, NO_COLOR: '1' } });
    return `### ${command}\n\n\`\`\`text\n${stdout.trim()}\n\`\`\``;
  });
  return (await Promise.all(sections)).join('\n\n');
}

/** What the command returns to the shell, as a table. */
export function exitCodeTable(): string {
  const rows = [...exitCodeHelp.matchAll(/^ +(\d+) +(.+)$/gm)].map(([, code = '', meaning = '']) => [code, meaning]);
  return table(['Code', 'Meaning'], rows);
}
