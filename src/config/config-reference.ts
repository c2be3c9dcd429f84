import { settingKeys, type SettingKey } from './setting-keys.ts';

/** Every setting as a Markdown table. */
export function configReference(): string {
  const rows = settingKeys.map((key) => [
    `\`${key.name}\``,
    [key.variable, ...(key.alias === undefined ? [] : [key.alias])].map((name) => `\`${name}\``).join(', '),
    key.written === undefined ? 'none' : `\`${asInYaml(key.written)}\``,
    key.expected,
    key.description,
  ]);
  const header = ['Key', 'Environment variable', 'Default', 'Takes', 'Meaning'];
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function asInYaml(written: SettingKey['written']): string {
  return Array.isArray(written) ? `[${written.join(', ')}]` : String(written);
}
