import { startCommand, type Launch } from './server-entry.ts';

/** The arguments with which the command `claude` adds this server for all projects of its user. */
export function claudeArguments(name: string, launch: Launch): readonly string[] {
  const variables = Object.entries(launch.env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]);
  return ['mcp', 'add', name, '--scope', 'user', ...variables, '--', ...startCommand('claude-code', launch)];
}

/** A command as one would type it. */
export function asTyped(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
